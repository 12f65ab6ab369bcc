import { beforeEach, describe, expect, test } from 'vitest';
import { archiveMetrics } from '../../../lambdas/archive-metrics/archive-metrics.ts';

const watched = [{ phase: 1, metric: 'SystemFailures', statistic: 'Maximum' as const }];
let objects: Map<string, string>;
let counted: number;
let reads: number;
beforeEach(() => {
  objects = new Map();
  [counted, reads] = [0, 0];
});

const run = (time: string, failing = false) =>
  archiveMetrics({
    watched,
    read: async (metrics, { from }) => {
      reads += 1;
      if (failing) throw new Error('CloudWatch returned only a part.');
      return metrics.map((one) => ({ ...one, values: [new Date(from).getUTCHours(), null] }));
    },
    bucket: {
      put: async (key, text) => void objects.set(key, text),
      has: async (prefix) => [...objects.keys()].some((key) => key.startsWith(prefix)),
    },
    countArchived: async () => {
      counted += 1;
    },
    now: () => Date.parse(`2026-09-01T${time}Z`),
  });

describe('archive-metrics', () => {
  test('puts the newest two hours', async () => {
    expect(await run('04:10:00')).toEqual({ key: 'metrics/2026-09-01/0200.jsonl', result: 'put' });
    expect(objects.get('metrics/2026-09-01/0200.jsonl')).toContain('"values":[2,null]');
  });

  test('reads nothing if an earlier run has put them, and counts that they are there', async () => {
    await run('04:10:00');
    expect(await run('04:25:00')).toMatchObject({ result: 'already' });
    expect([reads, counted]).toEqual([1, 2]);
  });

  test('puts nothing and counts nothing if CloudWatch returns a part; the next run puts all', async () => {
    await expect(run('04:10:00', true)).rejects.toThrow('only a part');
    expect([objects.size, counted]).toEqual([0, 0]);
    expect(await run('04:25:00')).toMatchObject({ result: 'put' });
  });

  test('reports two hours as lost once CloudWatch has forgotten their beginning, and does not put the rest', async () => {
    objects.set('metrics/2026-08-31/0200.jsonl', '');
    expect(await run('05:01:00')).toEqual({ key: 'metrics/2026-09-01/0200.jsonl', result: 'lost' });
    expect([objects.size, reads, counted]).toEqual([1, 0, 0]);
  });

  test('loses nothing before the archive has begun', async () => {
    expect(await run('05:01:00')).toMatchObject({ result: 'before' });
  });
});
