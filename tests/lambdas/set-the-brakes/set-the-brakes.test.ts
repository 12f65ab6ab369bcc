import { beforeEach, describe, expect, test } from 'vitest';
import { brakesOf, stopping } from '../../../domain/brakes/brakes.ts';
import { firstBreak } from '../../../domain/history/event.ts';
import { setTheBrakes } from '../../../lambdas/set-the-brakes/set-the-brakes.ts';
import { brakesIn } from '../../../lambdas/stores/brakes.ts';
import { brakesHistoryIn } from '../../../lambdas/stores/brakes-history.ts';
import { claimsIn } from '../../../lambdas/stores/claims.ts';
import { deploymentMarksIn } from '../../../lambdas/stores/deployment-marks.ts';
import { emptyTables } from '../tables.ts';

let tables: Awaited<ReturnType<typeof emptyTables>>;
let deps: Parameters<typeof setTheBrakes>[0];
let now: number;
beforeEach(async () => {
  down = false;
  tables = await emptyTables();
  now = Date.parse('2026-03-02T09:00:00.000Z');
  deps = {
    brakes: brakesIn(tables.db, 'state'),
    history: brakesHistoryIn(tables.db, 'history'),
    marks: deploymentMarksIn(tables.db, 'state'),
    claims: claimsIn(tables.db, 'state'),
    deployments: { recent: async (phase) => (phase === 1 ? [{ version: 'v1.3.0', at: '' }] : []) },
    phases: [1, 2],
    now: () => now,
  };
});

const targets = [
  { phase: 1, version: 'pre-phase1' },
  { phase: 2, version: 'v2.0' },
];
const ana = { operator: 'ana', reason: 'exchange test' };
const bo = { operator: 'bo', reason: 'test is over' };
const set = (input: object, id = 'arn:1') => setTheBrakes(deps, { execution: { id, input }, targets });
const events = async () =>
  (await deps.history.events()).map(({ type, detail }) => [type, detail.phase, detail.operator]);
const pauseOf = async (phase: number) => brakesOf(await deps.brakes.read(), phase).pause;
const historyIsDown = () =>
  tables.failing((action, request) => {
    const { TableName } = request as { TableName: string };
    return down && action === 'PutItem' && TableName === 'history' ? 'InternalServerError' : undefined;
  });
let down = false;

describe('a pause', () => {
  test('of every phase is read by each phase, with who paused when and why', async () => {
    await set({ action: 'pause', ...ana });
    const paused = { ...ana, phase: null, at: '2026-03-02T09:00:00.000Z', by: 'arn:1' };
    expect([await pauseOf(1), await pauseOf(2)]).toEqual([paused, paused]);
  });

  test('of one phase is read by that phase only', async () => {
    await set({ action: 'pause', phase: 2, ...ana });
    expect([await pauseOf(1), await pauseOf(2)]).toMatchObject([null, { phase: 2, operator: 'ana' }]);
  });

  test('is an event in the history of the brakes', async () => {
    await set({ action: 'pause', phase: 2, ...ana });
    expect(await deps.history.events()).toMatchObject([
      {
        sequence: 1,
        type: 'Automation paused',
        at: '2026-03-02T09:00:00.000Z',
        detail: { ...ana, phase: 2, by: 'arn:1' },
      },
    ]);
  });

  test('while it is paused is refused, naming who paused when and why', async () => {
    await set({ action: 'pause', phase: 2, ...ana });
    await expect(set({ action: 'pause', phase: 2, ...bo }, 'arn:2')).rejects.toMatchObject({
      name: 'BrakesRefused',
      message:
        'Automation of phase 2 has been paused since 2026-03-02T09:00:00.000Z by ana: exchange test. Nothing was changed.',
    });
    expect([await pauseOf(2), await events()]).toMatchObject([{ operator: 'ana' }, [['Automation paused', 2, 'ana']]]);
  });

  test('by the same execution again returns the same result and one event', async () => {
    const first = await set({ action: 'pause', ...ana });
    now += 1000;
    expect(await set({ action: 'pause', ...ana })).toEqual(first);
    expect(await events()).toHaveLength(1);
  });

  test('holds while the history is down, and a repeat adds its event later', async () => {
    down = true;
    historyIsDown();
    await expect(set({ action: 'pause', ...ana })).rejects.toThrow(
      /^Automation is paused now, but the history did not take the event: .* Pause again to record it\.$/,
    );
    expect(await pauseOf(1)).toMatchObject(ana);
    down = false;
    await expect(set({ action: 'pause', ...bo }, 'arn:2')).rejects.toThrow('by ana: exchange test');
    expect(await events()).toEqual([['Automation paused', null, 'ana']]);
  });
});

describe('a pause that stops running rollbacks', () => {
  test('is stored and recorded with that', async () => {
    await set({ action: 'pause', now: true, ...ana });
    expect(await pauseOf(1)).toMatchObject({ operator: 'ana', now: true });
    expect(await deps.history.events()).toMatchObject([{ type: 'Automation paused', detail: { now: true } }]);
  });

  test('takes the place of a pause that does not, and is ended as one', async () => {
    await set({ action: 'pause', ...ana });
    await set({ action: 'pause', now: true, ...bo }, 'arn:2');
    expect(await pauseOf(1)).toMatchObject({ operator: 'bo', now: true });
    await set({ action: 'unpause', ...ana }, 'arn:3');
    expect([await pauseOf(1), await events()]).toEqual([
      null,
      [
        ['Automation paused', null, 'ana'],
        ['Automation paused', null, 'bo'],
        ['Automation unpaused', null, 'ana'],
      ],
    ]);
  });

  test('is not replaced by another pause', async () => {
    await set({ action: 'pause', now: true, ...ana });
    await expect(set({ action: 'pause', now: true, ...bo }, 'arn:2')).rejects.toThrow('by ana, with running rollbacks');
    await expect(set({ action: 'pause', ...bo }, 'arn:3')).rejects.toThrow('by ana, with running rollbacks stopped');
  });

  test('stops a rollback that was opened before it, and none that a person opened after it', () => {
    const pause = { ...ana, at: '2026-03-02T09:00:00.000Z', now: true } as const;
    const brakes = { pauses: [pause], freezes: [], blocks: [], armed: [] };
    expect(stopping(brakes, 1, '2026-03-02T08:59:59.000Z')).toEqual(pause);
    expect(stopping(brakes, 1, '2026-03-02T09:00:01.000Z')).toBeNull();
    expect(stopping(brakes, 1, undefined)).toEqual(pause);
  });
});

describe('the end of a brake of a phase while the same holds for every phase', () => {
  test.each([
    [{ action: 'pause' }, { action: 'unpause' }, 'Automation of phase 2 is not paused by a pause of this phase alone'],
    [
      { action: 'freeze' },
      { action: 'unfreeze' },
      'Deployment of phase 2 is not frozen by a freeze of this phase alone',
    ],
    [
      { action: 'block', version: 'v2.0' },
      { action: 'unblock', version: 'v2.0' },
      'Version v2.0 of phase 2 is not blocked by a block of this phase alone',
    ],
  ])('%j: is refused, and names that one', async (every, end, says) => {
    await set({ ...every, ...ana });
    await expect(set({ ...end, phase: 2, ...bo }, 'arn:2')).rejects.toThrow(
      new RegExp(
        `^${says}, but: .* by ana: exchange test\\. To end that, leave the phase out\\. Nothing was changed\\.$`,
      ),
    );
  });

  test.each([
    [{ action: 'pause' }, 'unpause', 'Automation has been paused'],
    [{ action: 'freeze' }, 'unfreeze', 'Deployment of every phase has been frozen'],
    [{ action: 'block', version: 'v2.0' }, 'unblock', 'Version v2.0 has been blocked'],
  ])('%j: names what still holds, and so the other way round', async (one, action, says) => {
    await set({ ...one, ...ana });
    await set({ ...one, phase: 2, ...ana }, 'arn:2');
    expect((await set({ ...one, action, phase: 2, ...bo }, 'arn:3')).still).toEqual([expect.stringContaining(says)]);
    await set({ ...one, phase: 2, ...ana }, 'arn:4');
    expect((await set({ ...one, action, ...bo }, 'arn:5')).still).toEqual([expect.stringContaining('of phase 2')]);
    expect((await set({ ...one, action, phase: 2, ...bo }, 'arn:6')).still).toBeUndefined();
  });
});

describe('the end of a pause', () => {
  beforeEach(async () => void (await set({ action: 'pause', phase: 2, ...ana })));

  test('frees the phase and is an event behind the pause', async () => {
    await set({ action: 'unpause', phase: 2, ...bo }, 'arn:2');
    expect(await pauseOf(2)).toBeNull();
    expect(await events()).toEqual([
      ['Automation paused', 2, 'ana'],
      ['Automation unpaused', 2, 'bo'],
    ]);
  });

  test('names the pauses that still hold', async () => {
    await set({ action: 'pause', ...ana }, 'arn:2');
    const { paused } = await set({ action: 'unpause', phase: 2, ...bo }, 'arn:3');
    expect(paused).toEqual(['Automation has been paused since 2026-03-02T09:00:00.000Z by ana: exchange test.']);
  });

  test('of every phase is refused if only one phase is paused', async () => {
    await expect(set({ action: 'unpause', ...bo }, 'arn:2')).rejects.toMatchObject({
      name: 'BrakesRefused',
      message:
        'Automation is not paused by a pause of every phase, but: Automation of phase 2 has been paused since 2026-03-02T09:00:00.000Z by ana: exchange test. To end that, name its phase. Nothing was changed.',
    });
    expect(await pauseOf(2)).toMatchObject(ana);
  });

  test('of no pause is refused', async () => {
    await expect(set({ action: 'unpause', phase: 1, ...bo }, 'arn:2')).rejects.toThrow(
      'Automation of phase 1 is not paused. Nothing was changed.',
    );
  });

  test('that took the place of another names both people', async () => {
    await set({ action: 'pause', phase: 2, now: true, ...bo }, 'arn:2');
    const both =
      'Automation of phase 2 has been paused since 2026-03-02T09:00:00.000Z by bo, with running rollbacks stopped: test is over. It took the place of the pause since 2026-03-02T09:00:00.000Z by ana: exchange test.';
    const { ended } = await set({ action: 'unpause', phase: 2, ...ana }, 'arn:3');
    expect(ended).toBe(both);
    expect(await pauseOf(2)).toBeNull();
  });

  test('does not begin while the history is down', async () => {
    down = true;
    historyIsDown();
    await expect(set({ action: 'unpause', phase: 2, ...bo }, 'arn:2')).rejects.toThrow('InternalServerError');
    expect(await pauseOf(2)).toMatchObject(ana);
  });

  test('by the same execution again is not refused', async () => {
    const first = await set({ action: 'unpause', phase: 2, ...bo }, 'arn:2');
    expect(await set({ action: 'unpause', phase: 2, ...bo }, 'arn:2')).toEqual(first);
  });

  test('by two people at once is one event, and the second is told who ended it', async () => {
    const stored = await deps.brakes.read();
    await set({ action: 'unpause', phase: 2, ...bo }, 'arn:2');
    const late = { ...deps, brakes: { ...deps.brakes, read: async () => stored } };
    const input = { action: 'unpause', phase: 2, ...ana };
    await expect(setTheBrakes(late, { execution: { id: 'arn:3', input }, targets })).rejects.toThrow(
      'bo ended this pause at 2026-03-02T09:00:00.000Z: test is over.',
    );
    expect(await events()).toHaveLength(2);
  });

  test('does not remove a pause that another person set since', async () => {
    const stored = await deps.brakes.read();
    await set({ action: 'unpause', phase: 2, ...bo }, 'arn:2');
    now += 1000;
    await set({ action: 'pause', phase: 2, ...bo }, 'arn:3');
    const [old] = stored.pauses;
    if (old) await deps.brakes.end('pause', old);
    expect(await pauseOf(2)).toMatchObject(bo);
  });
});

describe.each([
  ['freeze', {}, 'Deployments frozen', 'Deployments unfrozen', 'Deployment of phase 2', 'frozen'],
  ['block', { version: 'v1.4.0' }, 'Version blocked', 'Version unblocked', 'Version v1.4.0 of phase 2', 'blocked'],
] as const)('a %s', (kind, more, begins, ends, subject, word) => {
  const held = async () => (kind === 'freeze' ? (await deps.brakes.read()).freezes : (await deps.brakes.read()).blocks);

  test('is stored, is an event, and pauses nothing', async () => {
    await set({ action: kind, phase: 2, ...more, ...ana });
    const stored = { ...ana, ...more, phase: 2, at: '2026-03-02T09:00:00.000Z', by: 'arn:1' };
    expect(await held()).toEqual([stored]);
    expect(await deps.history.events()).toMatchObject([{ type: begins, detail: { ...ana, ...more, phase: 2 } }]);
    expect(await pauseOf(2)).toBeNull();
  });

  test('that holds already is refused, naming who set it', async () => {
    await set({ action: kind, phase: 2, ...more, ...ana });
    await expect(set({ action: kind, phase: 2, ...more, ...bo }, 'arn:2')).rejects.toThrow(
      `${subject} has been ${word} since 2026-03-02T09:00:00.000Z by ana: exchange test. Nothing was changed.`,
    );
  });

  test('of every phase and of one phase hold beside each other', async () => {
    await set({ action: kind, phase: 2, ...more, ...ana });
    await set({ action: kind, ...more, ...bo }, 'arn:2');
    await set({ action: `un${kind}`, phase: 2, ...more, ...bo }, 'arn:3');
    expect(await held()).toMatchObject([{ phase: null, operator: 'bo' }]);
    expect((await events()).at(-1)).toEqual([ends, 2, 'bo']);
  });

  test('that does not hold cannot be ended', async () => {
    await expect(set({ action: `un${kind}`, phase: 2, ...more, ...bo })).rejects.toThrow(`${subject} is not ${word}`);
  });

  test('holds while the history is down, and does not end while it is down', async () => {
    down = true;
    historyIsDown();
    await expect(set({ action: kind, ...more, ...ana })).rejects.toThrow(`is ${word} now, but the history did not`);
    await expect(set({ action: `un${kind}`, ...more, ...bo }, 'arn:2')).rejects.toThrow('InternalServerError');
    expect(await held()).toHaveLength(1);
  });
});

test('two versions are blocked beside each other, and one is unblocked', async () => {
  await set({ action: 'block', version: 'v1.4.0', ...ana });
  await set({ action: 'block', version: 'v1.4.1', ...ana }, 'arn:2');
  await set({ action: 'unblock', version: 'v1.4.0', ...bo }, 'arn:3');
  expect((await deps.brakes.read()).blocks).toMatchObject([{ version: 'v1.4.1' }]);
});

describe('a reset of a budget', () => {
  const armedAt = async (phase: number) => brakesOf(await deps.brakes.read(), phase).armed_at;

  test('is stored for its phase only, and is an event', async () => {
    await set({ action: 'arm', phase: 1, ...ana });
    expect([await armedAt(1), await armedAt(2)]).toEqual(['2026-03-02T09:00:00.000Z', null]);
    expect(await events()).toEqual([['Budget reset', 1, 'ana']]);
  });

  test('ends no pause', async () => {
    await set({ action: 'pause', phase: 1, ...ana });
    await set({ action: 'arm', phase: 1, ...ana }, 'arn:2');
    expect(await pauseOf(1)).toMatchObject(ana);
  });

  test('by the same execution again keeps its first instant', async () => {
    await set({ action: 'arm', phase: 1, ...ana });
    now += 60_000;
    await set({ action: 'arm', phase: 1, ...ana });
    expect(await armedAt(1)).toBe('2026-03-02T09:00:00.000Z');
  });
});

test('the changes form one chain of hashes', async () => {
  await set({ action: 'pause', ...ana });
  await set({ action: 'arm', phase: 1, ...ana }, 'arn:2');
  await set({ action: 'unpause', ...bo }, 'arn:3');
  const chain = await deps.history.events();
  expect(chain.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(firstBreak(chain)).toBeUndefined();
  expect(firstBreak(chain.map((one) => (one.sequence === 2 ? { ...one, at: '2026-03-02T08:00:00.000Z' } : one)))).toBe(
    2,
  );
});

test.each([
  ['a phase without a runbook', { action: 'pause', phase: 7, ...ana }, 'There is no phase 7; known phases: 1, 2.'],
  ['no action', ana, 'action is missing'],
  [
    'an unknown action',
    { action: 'stop', ...ana },
    'action must be pause or unpause or freeze or unfreeze or block or unblock or arm or withdraw, found "stop"',
  ],
  ['no reason', { action: 'pause', operator: 'ana' }, 'reason is missing'],
  ['a pasted placeholder', { action: 'pause', operator: 'YOUR NAME', reason: 'x' }, 'replace YOUR NAME'],
  ['a phase that is no number', { action: 'pause', phase: '1', ...ana }, 'phase must be the number of a phase'],
  ['arm without a phase', { action: 'arm', ...ana }, 'phase is missing'],
  ['a block without a version', { action: 'block', ...ana }, 'version is missing'],
  ['a version that is a key', { action: 'block', version: 'v1#2', ...ana }, 'version must be letters, digits and'],
  [
    'a version of another action',
    { action: 'pause', version: 'v1.4.0', ...ana },
    'version belongs to block, unblock and withdraw',
  ],
  ['a withdrawal without a phase', { action: 'withdraw', version: 'v1', ...ana }, 'phase is missing'],
  ['a withdrawal without a version', { action: 'withdraw', phase: 1, ...ana }, 'version is missing'],
  [
    'a withdrawal at no instant',
    { action: 'withdraw', phase: 1, version: 'v1', deployed_at: '2026-02-30T09:00:00Z', ...ana },
    'deployed_at must be a time with its zone such as 2026-03-02T08:50:00Z, found "2026-02-30T09:00:00Z"',
  ],
  ['now with another action', { action: 'freeze', now: true, ...ana }, 'now belongs to pause'],
  ['an unknown field', { action: 'pause', phases: 1, ...ana }, '"phases" is not one of'],
])('refused, with nothing changed, is %s', async (_, input, message) => {
  await expect(set(input)).rejects.toMatchObject({ name: 'BrakesRefused', message: expect.stringContaining(message) });
  expect([await deps.brakes.read(), await deps.history.events()]).toEqual([
    { pauses: [], freezes: [], blocks: [], armed: [] },
    [],
  ]);
});

describe('a block of a version that no rollback restores', () => {
  const warning = async (input: object) => (await set({ action: 'block', ...ana, ...input })).warning;

  test('is set, with a warning that names what is restored: it may be misspelt', async () => {
    expect(await warning({ version: 'pre-phase-1' })).toBe(
      'No runbook restores pre-phase-1, and no recent deployment had it, so this stops no rollback now: is it spelt right? Known are: pre-phase1 (phase 1), v2.0 (phase 2), v1.3.0 (phase 1).',
    );
    expect((await deps.brakes.read()).blocks).toMatchObject([{ version: 'pre-phase-1' }]);
  });

  test('is judged by the phase that it is for', async () => {
    expect(await warning({ version: 'v2.0', phase: 1 })).toBe(
      'No runbook of phase 1 restores v2.0, and no recent deployment had it, so this stops no rollback now: is it spelt right? Known are: pre-phase1 (phase 1), v1.3.0 (phase 1).',
    );
  });

  test('has no warning if it was deployed: it may be the replaced version', async () => {
    expect(await warning({ version: 'v1.3.0' })).toBeUndefined();
  });

  test('has no warning if one restores it', async () => {
    expect([
      await warning({ version: 'v2.0', phase: 2 }),
      (await set({ action: 'pause', ...ana }, 'arn:9')).warning,
    ]).toEqual([undefined, undefined]);
  });
});
