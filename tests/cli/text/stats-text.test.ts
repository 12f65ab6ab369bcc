import { expect, test } from 'vitest';
import { type StatisticsReport, statsCsv, statsText } from '../../../cli/text/stats-text.ts';
import type { Figures, Group } from '../../../domain/statistics/figures.ts';

const share = (count: number, of: number) => ({ count, of, share: of === 0 ? null : count / of });
const criteria = (met: number, of: number, unknown: number): Figures['criteria'] => ({
  'Rollback time': { ...share(met, of), unknown: 0 },
  'Data loss': { ...share(met, of), unknown },
  'Service recovery': { ...share(met, of), unknown: 0 },
  Performance: { ...share(0, 0), unknown: 0 },
});
const rollbacks: Figures = {
  count: 9,
  endings: { 'Rolled back': 6, 'Needs a person': 2, 'Stood down': 1 },
  success: share(6, 8),
  false_positive: share(0, 0),
  limit_missed: share(1, 8),
  criteria: criteria(7, 8, 1),
  reviews: { right: share(1, 3), wrong: share(0, 3), overdue: share(2, 3), late: 1 },
  minutes: [
    {
      ...{ severity: 'CRITICAL', part: 'whole', count: 8, mean: 6.25, p50: 5.5, p95: 14.6, max: 15.2 },
      ...{ limit: 15, inside: 'close' },
    },
    {
      ...{ severity: 'CRITICAL', part: 'detect', count: 8, mean: 1, p50: 1, p95: 1, max: 1 },
      limit: null,
      inside: null,
    },
  ],
};
const nothing: Figures = {
  count: 0,
  endings: {},
  success: share(0, 0),
  false_positive: share(0, 0),
  limit_missed: share(0, 0),
  criteria: criteria(0, 0, 0),
  reviews: { right: share(0, 0), wrong: share(0, 0), overdue: share(0, 0), late: 0 },
  minutes: [],
};
const report = (...groups: readonly Group[]): StatisticsReport => ({
  environment: 'local',
  mode: 'live',
  from: '2026-06',
  to: '2026-11',
  by: null,
  bucket_error: 0.05,
  being_rebuilt: [],
  not_counted: 0,
  groups,
});
const recovery = { count: 1, mean: 12, p50: 12.1, p95: 12.1, max: 12.1 };
const all: Group = {
  group: 'all',
  rollbacks,
  deployments: { deployments: 20, change_failure_rate: share(2, 20), recovery, rework_rate: share(8, 28) },
};

test('the heading names mode, months and environment', () => {
  expect(statsText(report(all)).split('\n')[0]).toBe(
    'ROLLBACKS  live ones that started from 2026-06 to 2026-11, in UTC; environment local',
  );
});

test('a line of rollbacks has the count, the endings and the shares', () => {
  expect(lineOf(statsText(report(all)), 'all', 0)).toEqual([
    'all',
    '9',
    '6',
    '0',
    '2',
    '1',
    '75 % (6 of 8)',
    '12.5 % (1 of 8)',
    'n/a (0)',
  ]);
});

test('each success criterion has its share, and how many are not known', () => {
  expect(lineOf(statsText(report(all)), 'all', 5)).toEqual([
    'all',
    ...['87.5 % (7 of 8)', '0', '87.5 % (7 of 8)', '1', '87.5 % (7 of 8)', '0', 'n/a (0)', '0'],
  ]);
});

test('a part has its percentiles, its limit, and whether the 95th percentile is inside', () => {
  expect(lineOf(statsText(report(all)), 'all', 1)).toEqual([
    'all',
    'CRITICAL',
    'whole',
    '8',
    '5.5',
    '14.6',
    '15.2',
    '6.25',
    '15',
    'close',
  ]);
});

test('a part without a limit has a dash', () => {
  expect(lineOf(statsText(report(all)), 'all', 2).slice(-2)).toEqual(['-', '-']);
});

test('deployments have the rates of DORA', () => {
  expect(lineOf(statsText(report(all)), 'all', 4)).toEqual([
    'all',
    '20',
    '10 % (2 of 20)',
    '1',
    '12.1',
    '12.1',
    '12.1',
    '12',
    '28.6 % (8 of 28)',
  ]);
});

test('without data everything is n/a, and nothing is 0 %', () => {
  const text = statsText(report({ group: 'all', rollbacks: nothing, deployments: null }));
  expect(text).not.toMatch(/\b0 %|NaN|null|undefined/);
  expect(text).toContain('n/a: no rollback took the fleet');
  expect(text).toContain('n/a: a deployment has no trigger');
});

test('the error of percentiles is stated', () => {
  expect(statsText(report(all))).toContain('percentiles and maximum within 5 % or 3 s; mean exact');
});

test('a month that is being rebuilt is named', () => {
  expect(statsText({ ...report(all), being_rebuilt: ['2026-11'] })).toContain(
    'The counters of 2026-11 are being rebuilt; these are the ones of before.',
  );
});

test('what is not counted yet is named', () => {
  expect(statsText(report(all))).toContain('Every end, annotation and review so far is counted.');
  expect(statsText({ ...report(all), not_counted: 2 })).toContain(
    'Links of the history that are not counted yet: 2. Reconcile counts 50 in a minute.',
  );
});

test('CSV has one figure per line, and an empty value for n/a', () => {
  const lines = statsCsv(report(all)).split('\r\n');
  expect(lines.slice(0, 2)).toEqual(['group,figure,value', 'all,rollbacks count,9']);
  expect(lines).toContain('all,rollbacks minutes CRITICAL whole p95,14.6');
  expect(lines).toContain('all,rollbacks false_positive share,');
  expect(lines).toContain('all,rollbacks endings Needs a person,2');
});

test('CSV quotes an ending with a comma', () => {
  const endings = { 'Rolled back, unverified': 1 };
  expect(statsCsv(report({ ...all, rollbacks: { ...rollbacks, endings } }))).toContain(
    'all,"rollbacks endings Rolled back, unverified",1',
  );
});

/** Returns the cells of the nth line that begins with a group's name. */
const lineOf = (text: string, group: string, n: number): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`  ${group} `))
    [n]?.trim()
    .split(/ {2,}/) ?? [];
