import { describe, expect, test } from 'vitest';
import { contributionOf, deploymentContribution, failureOf } from '../../../domain/statistics/contribution.ts';
import {
  deploymentFiguresOf,
  figuresOf,
  type Group,
  type Grouping,
  type Limits,
  type StoredCounters,
  statisticsOf,
} from '../../../domain/statistics/figures.ts';
import { annotated, eventsOf, reviewed, type Sample } from './sample-rollbacks.ts';

const limits: Limits = {
  limits: { CRITICAL: 900, HIGH: 3600, MEDIUM: 14_400 },
  confirm: { in_a_row: 3, every: 20, give_up: 300 },
  questions: { confirm: 900, hand_over: 14_400, choose: 'rollback' },
};
const start = '2026-11-05T10:00:00.000Z';
const now = '2026-11-09T12:30:00.000Z';
type Changes = Partial<Sample>;

/** Returns the cells of rollbacks, each counted directly from its events. */
function cellsOf(...samples: readonly Changes[]): StoredCounters[] {
  const all = samples.map((changes, n) => eventsOf({ id: `r-${n}`, start, ...changes }));
  const failures = Map.groupBy(
    all.flatMap((events) => failureOf(events) ?? []),
    ({ phase, deployed_at }) => `${phase}#${deployed_at}`,
  );
  const contributions = [...all.map(contributionOf), ...[...failures.values()].map(deploymentContribution)];
  return contributions.flatMap((one) => (one ? [{ cell: one.cell, counters: one.counters }] : []));
}
const figures = (...samples: readonly Changes[]) =>
  figuresOf(
    cellsOf(...samples).map(({ counters }) => counters),
    limits,
    now,
  );

describe('success', () => {
  test('is the share of "Rolled back" among those that acted or needed a person', () => {
    const { success } = figures(
      {},
      {},
      { ending: 'Needs a person' },
      { ending: 'Rolled back, unverified' },
      { ending: 'Stood down', took: null },
    );
    expect(success).toEqual({ count: 2, of: 4, share: 0.5 });
  });

  test('of no rollback is unknown, and not 0 %', () => {
    expect(figures().success).toEqual({ count: 0, of: 0, share: null });
  });
});

test('a success criterion is counted as met, missed or not known, of live rollbacks that took the fleet', () => {
  const { criteria } = figures({}, {}, { ending: 'Needs a person' }, { ending: 'Stood down', took: null });
  expect(criteria['Service recovery']).toMatchObject({ of: 3, count: 2 });
  const counted = Object.values(criteria).map(({ of, unknown }) => of + unknown);
  expect(counted).toEqual([3, 3, 3, 3]);
});

test('the share of false positives is unknown until somebody judged a rollback', () => {
  expect(figures({}, {}).false_positive.share).toBeNull();
  expect(figures({ afterwards: [annotated(true)] }, { afterwards: [annotated(false)] }, {}).false_positive).toEqual({
    count: 1,
    of: 2,
    share: 0.5,
  });
});

test('reviews are right, wrong or overdue, each as a share of those that were needed', () => {
  const due = (review_due: string): Changes => ({ review_due });
  const { reviews } = figures(
    { ...due('2026-11-08T10:10:00.000Z'), afterwards: [reviewed('right')] },
    { ...due('2026-11-08T10:10:00.000Z'), afterwards: [reviewed('wrong', 6000)] },
    due('2026-11-09T11:59:00.000Z'),
    due('2026-11-09T12:10:00.000Z'), // its hour is not over
    {},
  );
  expect(reviews).toMatchObject({
    right: { count: 1, of: 4 },
    wrong: { count: 1, of: 4 },
    overdue: { count: 1, of: 4 },
    late: 1,
  });
});

describe('the minutes of a part', () => {
  const part = (name: string, ...samples: readonly Changes[]) =>
    figures(...samples).minutes.find((one) => one.part === name);

  test('have count, percentiles within the error of a bucket, and an exact mean', () => {
    const whole = part('whole', ...Array.from({ length: 20 }, (_, n) => ({ ended: 5 + n / 2 })));
    expect(whole).toMatchObject({ severity: 'CRITICAL', count: 20, mean: 9.75, limit: 15 });
    for (const [name, value] of [['p50', 9.5] as const, ['p95', 14] as const, ['max', 14.5] as const])
      expect(Math.abs((whole?.[name] ?? 0) - value) / value).toBeLessThan(0.05);
  });

  test.each([
    [10, 'yes'],
    [14.9, 'close'], // nearer to the limit than the error of a bucket
    [20, 'no'],
  ])('with %d minutes are inside a limit of 15: %s', (ended, inside) => {
    expect(part('whole', { ended })?.inside).toBe(inside);
  });

  test.each([
    ['CRITICAL', 'whole', 15],
    ['HIGH', 'decide', 15], // questions.confirm
    ['MEDIUM', 'decide', 240],
    ['LOW', 'whole', 240],
    ['HIGH', 'confirm', 5], // confirm.give_up
    ['HIGH', 'detect', null],
    ['HIGH', 'recover', null],
  ])('%s %s have the limit %s', (severity, name, limit) => {
    expect(part(name, { severity, breaching: 1 })?.limit).toBe(limit);
  });

  test('are kept apart by severity, and summed up without a limit', () => {
    const found = figures({}, { severity: 'HIGH', ended: 20 }).minutes.filter((one) => one.part === 'whole');
    expect(found.map(({ severity, count, mean, limit }) => [severity, count, mean, limit])).toEqual([
      ['CRITICAL', 1, 10, 15],
      ['HIGH', 1, 20, 60],
      ['all', 2, 15, null],
    ]);
  });
});

describe('of deployments', () => {
  const deployed_at = '2026-11-05T09:00:00.000Z';

  test('the change failure rate counts each failed deployment once', () => {
    const cells = cellsOf({ deployed_at, ending: 'Needs a person' }, { deployed_at }, {});
    expect(deploymentFiguresOf(cells, 8).change_failure_rate).toEqual({ count: 1, of: 8, share: 0.125 });
  });

  test('rates are unknown without a recorded deployment', () => {
    expect(deploymentFiguresOf(cellsOf({}), 0)).toMatchObject({
      change_failure_rate: { share: null },
      recovery: { count: 0, mean: null },
      rework_rate: { share: null },
    });
  });

  test('the rework rate counts rollbacks that acted, and a hot fix for each that was fixed forward', () => {
    const cells = cellsOf({ deployed_at }, { deployed_at, took: null, ending: 'Fix forward' }, { took: null });
    expect(deploymentFiguresOf(cells, 9).rework_rate).toEqual({ count: 2, of: 10, share: 0.2 });
  });
});

describe('groups', () => {
  const cells = cellsOf(
    { phase: 2, trigger: 'system_failure', deployed_at: '2026-10-31T09:00:00.000Z' },
    { phase: 10, start: '2026-10-05T10:00:00.000Z' },
    { phase: 2 },
  );
  const deployed = [
    { phase: 2, month: '2026-10' },
    { phase: 3, month: '2026-11' },
  ];
  const input = { cells, deployed, limits, now };
  const shown = (groups: readonly Group[]) =>
    groups.map(({ group, rollbacks, deployments }) => [group, rollbacks.count, deployments?.deployments ?? null]);
  const by = (grouping: Grouping) => shown(statisticsOf(input, {}, grouping));

  test('are all together without a grouping', () => {
    expect(shown(statisticsOf(input, {}, undefined))).toEqual([['all', 3, 2]]);
  });

  test('by phase are in the order of the phases, one without rollbacks too', () => {
    expect(by('phase')).toEqual([
      ['2', 2, 1],
      ['3', 0, 1],
      ['10', 1, 0],
      ['all', 3, 2],
    ]);
  });

  test('by trigger have no deployments, because a deployment has no trigger', () => {
    expect(by('trigger')).toEqual([
      ['data_corruption', 2, null],
      ['system_failure', 1, null],
      ['all', 3, 2],
    ]);
  });

  test('by month count a deployment in its own month, and its rollback in the month of its start', () => {
    const groups = statisticsOf(input, {}, 'month');
    expect(groups.map(({ group, deployments }) => [group, deployments?.change_failure_rate.count])).toEqual([
      ['2026-10', 1],
      ['2026-11', 0],
      ['all', 1],
    ]);
    expect(by('month').map(([, count]) => count)).toEqual([1, 2, 3]);
  });

  test('are filtered by phase and trigger', () => {
    expect(shown(statisticsOf(input, { phase: 2 }, undefined))).toEqual([['all', 2, 1]]);
    expect(shown(statisticsOf(input, { trigger: 'system_failure' }, undefined))).toEqual([['all', 1, null]]);
  });
});
