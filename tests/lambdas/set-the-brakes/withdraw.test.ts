import { beforeEach, expect, test } from 'vitest';
import { withdraw } from '../../../lambdas/set-the-brakes/withdraw.ts';
import { brakesHistoryIn } from '../../../lambdas/stores/brakes-history.ts';
import { claimsIn } from '../../../lambdas/stores/claims.ts';
import { deploymentMarksIn } from '../../../lambdas/stores/deployment-marks.ts';
import { deploymentsIn } from '../../../lambdas/stores/deployments.ts';
import { emptyTables } from '../tables.ts';

const at = (time: string) => `2026-03-02T${time}.000Z`;
const now = () => Date.parse(at('10:00:00'));
let tables: Awaited<ReturnType<typeof emptyTables>>;
let deps: Parameters<typeof withdraw>[0] & {
  readonly history: ReturnType<typeof brakesHistoryIn>;
  readonly marks: ReturnType<typeof deploymentMarksIn>;
};
let deployments: ReturnType<typeof deploymentsIn>;
beforeEach(async () => {
  tables = await emptyTables();
  deps = {
    ...{ history: brakesHistoryIn(tables.db, 'history'), marks: deploymentMarksIn(tables.db, 'state'), now },
    claims: claimsIn(tables.db, 'state'),
  };
  deployments = deploymentsIn(tables.db, 'state');
  await deployments.record(1, { version: 'v1.3.0', at: at('08:00:00') });
  await deployments.record(1, { version: '1.4.0', at: at('09:00:00') });
  await deployments.record(1, { version: 'v1.4.0', at: at('09:00:01') });
});
const typo = { phase: 1, version: '1.4.0', operator: 'ana', reason: 'typo', at: at('09:01:00'), by: 'arn:1' };
const versions = async () => (await deployments.recent(1, at('10:00:00'))).map(({ version }) => version);

test('a withdrawn record is no deployment any more, and the ones around it stay', async () => {
  expect(await withdraw(deps, typo)).toMatchObject({ deployed_at: at('09:00:00'), now_newest: 'v1.4.0' });
  expect(await versions()).toEqual(['v1.4.0', 'v1.3.0']);
  expect(await deployments.newest(1, at('09:00:00'))).toEqual({ version: 'v1.3.0', at: at('08:00:00') });
  expect(await deployments.between(1, at('08:00:00'), at('10:00:00'))).toEqual([
    { version: 'v1.4.0', at: at('09:00:01') },
  ]);
});

test('the record stays, with who withdrew it and why, and so does an event', async () => {
  await withdraw(deps, typo);
  const withdrawn = { operator: 'ana', reason: 'typo', at: at('09:01:00'), by: 'arn:1' };
  expect(await deps.marks.at(1, at('09:00:00'))).toEqual({ version: '1.4.0', at: at('09:00:00'), withdrawn });
  expect(await deps.history.events()).toMatchObject([
    { type: 'Deployment withdrawn', detail: { phase: 1, version: '1.4.0', deployed_at: at('09:00:00') } },
  ]);
});

test('a repeat by the same execution returns the same, and leaves one event', async () => {
  const first = await withdraw(deps, typo);
  expect(await withdraw(deps, typo)).toEqual(first);
  expect(await deps.history.events()).toHaveLength(1);
});

test('a call that died between the event and the mark is completed by the next person, who hears of the first', async () => {
  let down = true;
  tables.failing((action) => (down && action === 'UpdateItem' ? 'InternalServerError' : undefined));
  await expect(withdraw(deps, typo)).rejects.toThrow('InternalServerError');
  down = false;
  await expect(withdraw(deps, { ...typo, operator: 'bo', by: 'arn:2' })).rejects.toThrow(
    `1.4.0 at ${at('09:00:00')} was withdrawn by ana at ${at('09:01:00')}: typo. It is withdrawn now.`,
  );
  expect(await versions()).toEqual(['v1.4.0', 'v1.3.0']);
});

test.each<[string, object, string]>([
  [
    'of a version that is not on record',
    { version: 'v9' },
    'No deployment of v9 is among the newest of phase 1; found: v1.4.0 at',
  ],
  ['of another instant', { deployed_at: at('09:00:05') }, `No deployment of 1.4.0 at ${at('09:00:05')} is among`],
  ['of another phase', { phase: 2 }, 'of phase 2; found: none. Nothing was changed.'],
])('a withdrawal %s is refused', async (_, other, message) => {
  await expect(withdraw(deps, { ...typo, ...other })).rejects.toThrow(message);
  expect(await deps.history.events()).toEqual([]);
});

const open = { rollback: 'r-1', execution_arn: 'arn:aws:states:eu-west-1:1:execution:rollback-staging-phase-1:r-1' };
test.each<[string, (claims: ReturnType<typeof claimsIn>) => Promise<unknown>]>([
  ['of the phase', (claims) => claims.claimPhase(1, open as never)],
  ['of one of its hosts', (claims) => claims.claimHosts(1, open as never, ['host-1'])],
  ['that nobody was told of', (claims) => claims.watch(1, open as never)],
])('a record is not withdrawn while a rollback %s is open: it may undo just that record', async (_, claim) => {
  await claim(claimsIn(tables.db, 'state'));
  await expect(withdraw(deps, typo)).rejects.toThrow(
    `Rollback r-1 of phase 1 is still open, and may undo 1.4.0 at ${at('09:00:00')}.`,
  );
  expect(await deps.history.events()).toEqual([]);
  expect(await versions()).toContain('1.4.0');
});

test('a record is withdrawn while a rollback of another phase is open, and a repeat returns the same beside one of its own', async () => {
  const claims = claimsIn(tables.db, 'state');
  await claims.claimPhase(2, open as never);
  const first = await withdraw(deps, typo);
  await claims.claimPhase(1, open as never);
  expect(await withdraw(deps, typo)).toEqual(first);
});

test('a record that a rollback undid stays: what the rollback did is on record with it', async () => {
  await deps.marks.mark(1, at('09:00:00'), { rolled_back: { rollback: 'r-1', at: at('09:30:00') } });
  await expect(withdraw(deps, typo)).rejects.toThrow('was undone by rollback r-1');
});

test('a record that another person withdrew is refused with who and why', async () => {
  await withdraw(deps, typo);
  await expect(withdraw(deps, { ...typo, operator: 'bo', by: 'arn:2' })).rejects.toThrow(
    'was withdrawn by ana at 2026-03-02T09:01:00.000Z already: typo. Nothing was changed.',
  );
});

test('more withdrawn records than are read at once hide none of the others', async () => {
  for (let i = 10; i < 17; i += 1) {
    await deployments.record(1, { version: `x${i}`, at: at(`09:${i}:00`) });
    await withdraw(deps, { ...typo, version: `x${i}`, by: `arn:${i}` });
  }
  expect(await versions()).toEqual(['v1.4.0', '1.4.0', 'v1.3.0']);
  expect(await deployments.newest(1, at('10:00:00'))).toMatchObject({ version: 'v1.4.0' });
});
