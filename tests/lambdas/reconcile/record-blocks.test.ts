import { beforeEach, expect, test } from 'vitest';
import type { Block } from '../../../domain/brakes/brakes.ts';
import { firstBreak } from '../../../domain/history/event.ts';
import { recordBlocks } from '../../../lambdas/reconcile/record-blocks.ts';
import { setTheBrakes } from '../../../lambdas/set-the-brakes/set-the-brakes.ts';
import { brakesIn } from '../../../lambdas/stores/brakes.ts';
import { brakesHistoryIn } from '../../../lambdas/stores/brakes-history.ts';
import { claimsIn } from '../../../lambdas/stores/claims.ts';
import { deploymentMarksIn } from '../../../lambdas/stores/deployment-marks.ts';
import { emptyTables } from '../tables.ts';

const block: Block = {
  ...{ phase: 1, version: 'v1.4.0', operator: null, rollback: 'r-1', reason: 'it was rolled back' },
  ...{ at: '2026-03-02T09:12:30.000Z', by: 'arn:aws:states:eu-west-1:0:execution:rollback-test-phase-1:r-1' },
};
const now = () => Date.parse('2026-03-02T09:13:00.000Z');

let tables: Awaited<ReturnType<typeof emptyTables>>;
let blocks: ReturnType<typeof brakesIn>;
let brakesHistory: ReturnType<typeof brakesHistoryIn>;
beforeEach(async () => {
  tables = await emptyTables();
  blocks = brakesIn(tables.db, 'state');
  brakesHistory = brakesHistoryIn(tables.db, 'history');
});
const record = () => recordBlocks({ blocks, brakesHistory, now });
const settingDeps = () => ({
  brakes: blocks,
  history: brakesHistory,
  phases: [1],
  deployments: { recent: async () => [] },
  marks: deploymentMarksIn(tables.db, 'state'),
  claims: claimsIn(tables.db, 'state'),
  now,
});
const unblock = () =>
  setTheBrakes(settingDeps(), {
    execution: {
      id: 'arn:2',
      input: { action: 'unblock', version: 'v1.4.0', phase: 1, operator: 'ana', reason: 'network' },
    },
    targets: [],
  });

test("a rollback's block is recorded once, under the rollback and no person", async () => {
  await blocks.set('block', block);
  await record();
  await record();
  const events = await brakesHistory.events();
  expect(events).toMatchObject([
    {
      type: 'Version blocked',
      at: block.at,
      detail: { phase: 1, version: 'v1.4.0', operator: null, rollback: 'r-1', reason: 'it was rolled back' },
    },
  ]);
  expect((await blocks.read()).blocks).toEqual([{ ...block, recorded: true }]);
});

test('the versions of one rollback of several phases are events of their own', async () => {
  await blocks.set('block', block);
  await blocks.set('block', { ...block, phase: 3 } as Block);
  await record();
  const events = await brakesHistory.events();
  expect(events.map(({ detail }) => detail.phase)).toEqual([1, 3]);
  expect(firstBreak(events)).toBeUndefined();
});

test("a person's block is left to the person's own execution", async () => {
  const { rollback: _, ...person } = block;
  await blocks.set('block', { ...person, operator: 'ana' });
  await record();
  expect(await brakesHistory.events()).toEqual([]);
});

test.each([
  ['before Reconcile has recorded it', false],
  ['after that', true],
])('a person unblocks it %s: both are on record, and it does not come back', async (_, recorded) => {
  await blocks.set('block', block);
  if (recorded) await record();
  expect(await unblock()).toMatchObject({ held: [] });
  await record();
  const events = await brakesHistory.events();
  expect(events.map(({ type, detail }) => [type, detail.operator])).toEqual([
    ['Version blocked', null],
    ['Version unblocked', 'ana'],
  ]);
  expect((await blocks.read()).blocks).toEqual([]);
});

test('a person who blocks it once more is told that its rollback has', async () => {
  await blocks.set('block', block);
  const input = { action: 'block', version: 'v1.4.0', phase: 1, operator: 'ana', reason: 'bad' };
  await expect(setTheBrakes(settingDeps(), { execution: { id: 'arn:3', input }, targets: [] })).rejects.toThrow(
    'Version v1.4.0 of phase 1 has been blocked since 2026-03-02T09:12:30.000Z by rollback r-1: it was rolled back. Nothing was changed.',
  );
});
