import { type CloudWatchClient, type MetricDataResult, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { archivedPeriod, type Slot, type SlotValues, type Watched } from '../../domain/archive/slot.ts';
import { queryOf } from './datapoints.ts';

/** GetMetricData takes so many queries at once. */
const mostQueries = 500;

/**
 * Reads the values of metrics in a slot, one per 10 s; null where nothing was published.
 *
 * Throws if CloudWatch returns less than all, which it reports per metric (GetMetricData, StatusCode).
 */
export const slotValuesOn =
  (cloudWatch: CloudWatchClient, namespace: string) =>
  async (watched: readonly Watched[], slot: Slot): Promise<readonly SlotValues[]> => {
    const all: SlotValues[] = [];
    for (let from = 0; from < watched.length; from += mostQueries)
      all.push(...(await valuesIn(cloudWatch, namespace, watched.slice(from, from + mostQueries), slot)));
    return all;
  };

async function valuesIn(
  client: CloudWatchClient,
  namespace: string,
  watched: readonly Watched[],
  { from, to }: Slot,
): Promise<SlotValues[]> {
  const count = (to - from) / (archivedPeriod * 1000);
  const slots = watched.map((one) => ({ ...one, values: Array.from({ length: count }, (): number | null => null) }));
  const status = new Map<string, MetricDataResult['StatusCode']>();
  const pages = paginateGetMetricData(
    { client },
    {
      StartTime: new Date(from),
      EndTime: new Date(to),
      MetricDataQueries: watched.map(({ phase, ...of }, index) =>
        queryOf({ ...of, namespace, period_seconds: archivedPeriod }, phase, `m${index}`),
      ),
    },
  );
  for await (const { MetricDataResults = [] } of pages)
    for (const { Id = '', StatusCode, Timestamps = [], Values = [] } of MetricDataResults) {
      status.set(Id, StatusCode); // PartialData on a page that another one follows
      const values = slots[Number(Id.slice(1))]?.values ?? [];
      for (const [index, at] of Timestamps.entries())
        values[(at.getTime() - from) / (archivedPeriod * 1000)] = Values[index] ?? null;
    }
  const partial = watched.filter((_, index) => status.get(`m${index}`) !== 'Complete');
  if (partial.length > 0)
    throw new Error(
      `CloudWatch returned only a part of ${partial.map(({ metric, phase }) => `${metric} of phase ${phase}`).join(', ')}. The next run tries again.`,
    );
  return slots;
}
