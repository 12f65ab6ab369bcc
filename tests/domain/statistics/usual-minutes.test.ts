import { describe, expect, test } from 'vitest';
import { bucketOf } from '../../../domain/history/histogram.ts';
import { etaOf } from '../../../domain/message/message-values.ts';
import type { StoredCounters } from '../../../domain/statistics/figures.ts';
import { enough, usualMinutes } from '../../../domain/statistics/usual-minutes.ts';

const rollbacks = (count: number, minutes: number, phase = 1): StoredCounters => ({
  cell: { month: '2026-02', mode: 'live', phase, trigger: 'data_corruption' },
  counters: {
    count,
    minutes: { CRITICAL: { whole: { hundredths: count * minutes * 100, buckets: { [bucketOf(minutes)]: count } } } },
  },
});

describe('the usual time of a rollback', () => {
  test('is known from five rollbacks on', () => {
    expect(usualMinutes([rollbacks(enough - 1, 4)], 1, 'CRITICAL')).toBeNull();
    expect(usualMinutes([rollbacks(enough, 4)], 1, 'CRITICAL')).toMatchObject({
      rollbacks: 5,
      p50: expect.closeTo(4, 0),
    });
  });

  test('is that of the same phase and severity', () => {
    const cells = [rollbacks(5, 4), rollbacks(9, 40, 2)];
    expect(usualMinutes(cells, 1, 'CRITICAL')?.p95).toBeLessThan(5);
    expect(usualMinutes(cells, 1, 'HIGH')).toBeNull();
  });
});

describe('the ETA of a message', () => {
  const record = {
    start_time: '2026-03-02T09:00:00.000Z',
    deadline: '2026-03-02T09:15:00.000Z',
    severity: 'CRITICAL',
  } as const;

  test('is the limit while too few rollbacks are known', () => {
    expect(etaOf(record, null)).toBe('2026-03-02T09:15:00.000Z (the limit for CRITICAL)');
  });

  test('is measured once enough are, and still names the limit', () => {
    expect(etaOf(record, { rollbacks: 7, p50: 3, p95: 5 })).toBe(
      '2026-03-02T09:05:00.000Z (95 % of the last 7 such rollbacks took at most 5 minutes); the limit for CRITICAL is 2026-03-02T09:15:00.000Z',
    );
  });
});
