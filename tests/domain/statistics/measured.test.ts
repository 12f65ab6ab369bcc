import { describe, expect, test } from 'vitest';
import { bucketOf } from '../../../domain/history/histogram.ts';
import type { StoredCounters } from '../../../domain/statistics/figures.ts';
import { limitUses } from '../../../domain/statistics/limit-use.ts';
import { type MeasuredInput, measuredOf } from '../../../domain/statistics/measured.ts';

const limits = {
  limits: { CRITICAL: 900, HIGH: 3600, MEDIUM: 14_400 },
  confirm: { in_a_row: 3, every: 20, give_up: 300 },
  questions: { confirm: 900, hand_over: 14_400, choose: 'rollback' },
} as const;

/** One rollback of a CRITICAL alarm that took so many minutes. */
const one = (month: string, whole: number, phase = 1): StoredCounters => ({
  cell: { month, mode: 'live', phase, trigger: 'data_corruption' },
  counters: {
    count: 1,
    minutes: { CRITICAL: { whole: { hundredths: whole * 100, buckets: { [bucketOf(whole)]: 1 } } } },
  },
});
const input = (live: readonly StoredCounters[], more: Partial<MeasuredInput> = {}): MeasuredInput => ({
  ...{ live, drills: [], embedded: false, limits, now: '2026-03-02T09:00:00Z' },
  ...more,
});

describe('real rollbacks, rehearsals and drills are apart', () => {
  test.each([
    [false, 'rollbacks'],
    [true, 'rehearsals'],
  ])('live rollbacks of an embedded account (%s) are %s', (embedded, kind) => {
    const found = measuredOf(input([one('2026-02', 5)], { embedded, drills: [one('2026-02', 1)] }));
    expect(found.map(({ kind: of, months }) => [of, months.map(({ count }) => count)])).toEqual([
      [kind, [1]],
      ['drills', [1]],
    ]);
  });

  test('and of one phase only, if asked', () => {
    const [rollbacks] = measuredOf(input([one('2026-02', 5), one('2026-02', 50, 4)]), 1);
    expect(rollbacks?.months).toMatchObject([{ month: '2026-02', count: 1 }]);
  });
});

test.each([
  ['inside', 5, []],
  ['outside', 40, ['CRITICAL']],
])('a p95 %s its limit is found', (_, minutes, outside) => {
  expect(measuredOf(input([one('2026-02', minutes)]))[0]?.outside).toEqual(outside);
});

test.each([
  ['slower', [5, 5, 9]],
  ['faster', [9, 9, 5]],
  ['steady', [5, 5.3, 5]],
  [null, [5]],
  [null, []],
])('the trend is %s for medians of %j minutes, month by month', (trend, medians) => {
  const months = medians.map((minutes, i) => one(`2026-0${i + 1}`, minutes));
  expect(measuredOf(input(months))[0]?.trend).toBe(trend);
});

describe('the use of a limit, for the alarm', () => {
  const five = (whole: number, phase = 1) => Array.from({ length: 5 }, () => one('2026-02', whole, phase));
  const shown = (...cells: StoredCounters[][]) =>
    limitUses(input(cells.flat(), { drills: five(3, 2) }), [1, 2, 4]).map(
      ({ kind, phase, percent }) => `${kind} of phase ${phase}: ${percent >= 100 ? 'missed' : 'inside'}`,
    );

  test('is that of each phase, the highest first, rollbacks and drills apart', () => {
    expect(shown(five(5), five(40, 4))).toEqual([
      'rollbacks of phase 4: missed',
      'rollbacks of phase 1: inside',
      'drills of phase 2: inside',
    ]);
  });

  test('is unknown for fewer than five rollbacks', () => {
    expect(shown(five(40).slice(1))).toEqual(['drills of phase 2: inside']);
  });

  test('is a miss only if measure says so too', () => {
    for (const minutes of [14, 14.9, 15, 15.2, 16]) {
      const isMissed = measuredOf(input(five(minutes)), 1)[0]?.outside.length === 1;
      expect([minutes, (limitUses(input(five(minutes)), [1])[0]?.percent ?? 0) >= 100]).toEqual([minutes, isMissed]);
    }
  });
});
