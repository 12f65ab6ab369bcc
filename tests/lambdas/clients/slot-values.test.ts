import {
  CloudWatchClient,
  type GetMetricDataCommand,
  type GetMetricDataCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { slotValuesOn } from '../../../lambdas/clients/slot-values.ts';

const from = Date.parse('2026-09-01T02:00:00Z');
const slot = { from, to: from + 40_000 };
const watched = [{ phase: 1, metric: 'SystemFailures', statistic: 'Maximum' as const }];

function answering(pages: readonly Omit<GetMetricDataCommandOutput, '$metadata'>[]) {
  const sent: GetMetricDataCommand['input'][] = [];
  const client = Object.assign(Object.create(CloudWatchClient.prototype) as CloudWatchClient, {
    send: async ({ input }: GetMetricDataCommand) => pages[sent.push(input) - 1] ?? {},
  });
  return { sent, read: slotValuesOn(client, 'Trading') };
}
const result = (seconds: number, value: number, StatusCode: 'Complete' | 'PartialData') => ({
  MetricDataResults: [{ Id: 'm0', Timestamps: [new Date(from + seconds * 1000)], Values: [value], StatusCode }],
});

test('values stand at their period, with null where nothing was published', async () => {
  const { read } = answering([result(20, 7, 'Complete')]);
  expect(await read(watched, slot)).toEqual([{ ...watched[0], values: [null, null, 7, null] }]);
});

test('a metric whose values come on several pages has all of them', async () => {
  const { read } = answering([{ ...result(30, 2, 'PartialData'), NextToken: 'more' }, result(0, 1, 'Complete')]);
  expect((await read(watched, slot))[0]?.values).toEqual([1, null, null, 2]);
});

test.each([
  ['a part of the data', [result(0, 1, 'PartialData')]],
  ['no word on a metric', [{ MetricDataResults: [] }]],
])('%s is refused, because the archive would take it for all', async (_, pages) => {
  await expect(answering(pages).read(watched, slot)).rejects.toThrow(
    'CloudWatch returned only a part of SystemFailures of phase 1. The next run tries again.',
  );
});

test('more than 500 metrics are read by several requests', async () => {
  const many = Array.from({ length: 501 }, (_, index) => ({ ...watched[0], phase: index + 1 }) as (typeof watched)[0]);
  const all = (count: number) => ({
    MetricDataResults: Array.from({ length: count }, (_, index) => ({
      Id: `m${index}`,
      StatusCode: 'Complete' as const,
    })),
  });
  const { read, sent } = answering([all(500), all(1)]);
  expect(await read(many, slot)).toHaveLength(501);
  expect(sent.map(({ MetricDataQueries = [] }) => MetricDataQueries.length)).toEqual([500, 1]);
});
