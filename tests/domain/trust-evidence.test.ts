import { describe, expect, test } from 'vitest';
import { readTriggers } from '../../config/infra.ts';
import type { HeldDrill } from '../../domain/drill/drill.ts';
import { triggers as allTriggers } from '../../domain/trigger.ts';
import {
  actingTriggers,
  isUnaltered,
  lacks,
  type MadeWith,
  oldestPart,
  otherFiles,
  provingDrills,
  withContentHash,
} from '../../domain/trust-evidence.ts';

const of = (letter: string) => letter.repeat(64);
const made: MadeWith = {
  triggers: of('a'),
  phases: [1, 2].map((phase) => ({ phase, runbook: of('b'), documents: of('c') })),
};
const [first, second] = made.phases as [MadeWith['phases'][number], MadeWith['phases'][number]];
const drill = (phase: number, changes: Partial<HeldDrill> = {}): HeldDrill => ({
  ...{ phase, trigger: 'data_corruption', rollback: `d-${phase}`, at: '2026-11-02T02:00:00.000Z', slow: false },
  ...{ ending: 'Drill passed', documents: of('c'), runbook: of('b'), problem: null },
  ...changes,
});

describe('the triggers that need evidence', () => {
  const triggers = readTriggers();
  test.each([
    ['all, in an environment with auto', { trust: 'auto' } as const, allTriggers.length],
    ['none, in an environment that asks first', { trust: 'approve' } as const, 0],
    ['none, in the embedded account', { trust: 'auto', endpoint: 'http://127.0.0.1:1' } as const, 0],
  ])('%s', (_, environment, count) => {
    expect(actingTriggers(environment, triggers)).toHaveLength(count);
  });

  test('are not those that ask by themselves', () => {
    const { security_issue } = triggers.triggers;
    const asking = {
      triggers: { ...triggers.triggers, security_issue: { ...security_issue, trust: 'approve' as const } },
    };
    expect(actingTriggers({ trust: 'auto' }, asking)).not.toContain('security_issue');
  });
});

describe('the files that have changed since', () => {
  test.each<[string, MadeWith, string[]]>([
    ['none', made, []],
    ['the triggers', { ...made, triggers: of('d') }, ['triggers.yaml']],
    ['a runbook', { ...made, phases: [first, { ...second, runbook: of('d') }] }, ['the runbook of phase 2']],
    ['a host script', { ...made, phases: [first, { ...second, documents: of('d') }] }, ['the host scripts of phase 2']],
    ['the phases', { ...made, phases: [first] }, ['the phases (2 is gone)']],
    ['the phases', { ...made, phases: [...made.phases, { ...first, phase: 3 }] }, ['the phases (3 is new)']],
  ])('%s', (_, present, expected) => {
    expect(otherFiles(made, present)).toEqual(expected);
  });
});

describe('a drill proves a phase', () => {
  test('if it passed with the present files', () => {
    expect(provingDrills([drill(1), drill(2)], made)).toHaveLength(2);
  });

  test.each<[string, Partial<HeldDrill>]>([
    ['a drill of another runbook', { runbook: of('d') }],
    ['a drill of other host scripts', { documents: of('d') }],
    ['a drill of an older product', { runbook: undefined as never }],
  ])('and %s does not', (_, changes) => {
    expect(provingDrills([drill(1, changes), drill(2)], made).map(({ phase }) => phase)).toEqual([2]);
  });

  test('and no drill does after one of its phase has failed', () => {
    const failed = drill(1, { trigger: 'cost_explosion', ending: 'Drill failed', at: '2026-11-03T02:00:00.000Z' });
    expect(provingDrills([failed, drill(1)], made)).toEqual([]);
  });
});

describe('evidence lacks', () => {
  const pair = (phase: number, exact: number) => ({ phase, trigger: 'data_corruption', days: { exact, coarse: 0 } });
  const drills = [1, 2].map((phase) => ({ phase, trigger: 'manual' as const, rollback: 'd', at: 'x' }));
  const complete = { made_with: made, drills, backtest: { pairs: [pair(1, 3), pair(2, 3)] } };
  test('nothing, if each phase is drilled and each trigger that acts has data', () => {
    expect(lacks(complete, ['data_corruption'])).toEqual([]);
  });

  test('a phase without a drill, and a trigger without data', () => {
    const little = { ...complete, drills: drills.slice(1), backtest: { pairs: [pair(1, 3), pair(2, 0)] } };
    expect(lacks(little, ['data_corruption'])).toEqual([
      'no drill of phase 1 with the present runbook and host scripts has passed',
      'the backtest has no data of phase 2 for data_corruption, or only minutes of them',
    ]);
  });
});

test('the age is that of the oldest part: the end of the past, or the newest drill of a phase', () => {
  const drills = [
    { phase: 1, trigger: 'manual' as const, rollback: 'd-1', at: '2026-11-01T00:00:00.000Z' },
    { phase: 1, trigger: 'data_corruption' as const, rollback: 'd-2', at: '2026-11-09T00:00:00.000Z' },
    { phase: 2, trigger: 'manual' as const, rollback: 'd-3', at: '2026-11-05T00:00:00.000Z' },
  ];
  const backtest = { to: '2026-11-08T00:00:00.000Z' } as never;
  expect(oldestPart({ backtest, drills })).toBe('2026-11-05T00:00:00.000Z');
  expect(oldestPart({ backtest: { to: '2026-11-04T00:00:00.000Z' } as never, drills })).toBe(
    '2026-11-04T00:00:00.000Z',
  );
});

test('a change after the writing is found', () => {
  const written = withContentHash({ environment: 'staging' } as never);
  expect(isUnaltered(written)).toBe(true);
  expect(isUnaltered({ ...written, environment: 'production' })).toBe(false);
});
