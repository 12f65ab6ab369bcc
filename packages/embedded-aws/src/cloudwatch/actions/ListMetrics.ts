import type { ListMetricsInput, ListMetricsOutput } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import type { Action } from '../../wire/service.ts';
import type { Metric } from '../metrics.ts';
import { page } from '../page.ts';
import type { CloudWatchState } from '../state.ts';
import { requestAs } from '../validation.ts';
import type { OnTheWire } from '../wire.ts';

/** The most metrics in one response (ListMetrics, API reference). */
const MOST = 500;

/** Lists the metrics that were published. AWS lists a new metric up to 15 minutes later; the account does at once. */
export const ListMetrics: Action<
  CloudWatchState,
  OnTheWire<ListMetricsInput>,
  OnTheWire<Omit<ListMetricsOutput, '$metadata'>>
> = {
  needs: () => [{ action: 'cloudwatch:ListMetrics', resource: '*' }],
  run: ({ metrics }, request) => {
    const wanted = requestAs(input, request);
    const found = metrics.published().filter((metric) => meets(metric, wanted));
    const { items, next } = page(found, MOST, wanted.NextToken);
    return {
      Metrics: items.map(({ namespace, name, dimensions }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      })),
      ...next,
    };
  },
};

const input = z.strictObject({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z
    .array(z.strictObject({ Name: z.string(), Value: z.string().optional() }))
    .max(10)
    .default([]),
  NextToken: z.string().optional(),
});

const meets = (
  { namespace, name, dimensions }: Metric,
  { Namespace, MetricName, Dimensions }: z.output<typeof input>,
): boolean =>
  (Namespace === undefined || Namespace === namespace) &&
  (MetricName === undefined || MetricName === name) &&
  Dimensions.every(({ Name, Value }) => Name in dimensions && (Value === undefined || dimensions[Name] === Value));
