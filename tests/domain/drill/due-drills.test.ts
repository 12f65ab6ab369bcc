import { describe, expect, test } from 'vitest';
import type { HeldDrill } from '../../../domain/drill/drill.ts';
import { drillState } from '../../../domain/drill/due-drills.ts';
import { type Trigger, triggers } from '../../../domain/trigger.ts';

const day = 24 * 3600_000;
const now = Date.parse('2026-03-02T09:00:00Z');
const ago = (days: number) => new Date(now - days * day).toISOString();
const held = (phase: number, trigger: Trigger, days: number, more: Partial<HeldDrill> = {}): HeldDrill => ({
  ...{ phase, trigger, rollback: 'd-1', at: ago(days), ending: 'Drill passed', slow: false },
  ...{ documents: 'h', problem: null },
  ...more,
});
const failed = { ending: 'Drill failed' } as const;
const stateOf = (drills: readonly HeldDrill[], since: string | undefined = ago(100)) =>
  drillState(drills, { phases: [1, 2], since, now });
const allBut = (late: readonly HeldDrill[]) => [
  ...[1, 2]
    .flatMap((phase) => triggers.map((trigger) => held(phase, trigger, 3)))
    .filter((one) => !late.some(({ phase, trigger }) => phase === one.phase && trigger === one.trigger)),
  ...late,
];

describe('a phase has failed', () => {
  test.each<[string, readonly HeldDrill[], readonly number[]]>([
    ['if its newest drill failed', [held(1, 'system_failure', 2), held(1, 'security_issue', 1, failed)], [1]],
    [
      'no more once a newer drill passed, of any trigger',
      [held(1, 'system_failure', 2, failed), held(1, 'security_issue', 1)],
      [],
    ],
    ['whatever the other phase does', [held(1, 'system_failure', 2, failed), held(2, 'system_failure', 1)], [1]],
    ['not without a drill', [], []],
    ['not if it has no runbook any more', [held(7, 'system_failure', 1, failed)], []],
  ])('%s', (_, drills, expected) => {
    expect(stateOf(drills).failed).toEqual(expected);
  });
});

test('a pair is slow if its newest drill was', () => {
  const slow = held(1, 'system_failure', 1, { ...failed, slow: true });
  expect(stateOf([slow, held(1, 'security_issue', 0)]).slow).toEqual([slow]);
});

describe('a pair is overdue', () => {
  test.each<[string, readonly HeldDrill[], string | undefined, number]>([
    ['not if all were drilled', allBut([]), ago(100), 0],
    ['if one was drilled 36 days ago', allBut([held(2, 'cost_explosion', 36)]), ago(100), 1],
    ['not if that was 34 days ago', allBut([held(2, 'cost_explosion', 34)]), ago(100), 0],
    ['if none was ever drilled', [], ago(36), 12],
    ['not in the first days of the schedule', [], ago(34), 0],
    ['not if nothing is scheduled', [], undefined, 0],
  ])('%s', (_, drills, since, count) => {
    expect(drillState(drills, { phases: [1, 2], since, now }).overdue).toHaveLength(count);
  });
});
