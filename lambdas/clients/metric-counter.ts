import { type CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { productMetrics } from '../../domain/product-metrics.ts';

type Dimensions = Readonly<Record<string, string>>;

/** Publishes a value of one of the product's own metrics. */
export const metricValueOn =
  (cloudWatch: CloudWatchClient, environment: string, MetricName: string, dimensions: Dimensions = {}) =>
  async (Value: number): Promise<void> => {
    const { namespace, dimension } = productMetrics;
    const all = Object.entries({ [dimension]: environment, ...dimensions });
    await cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: namespace,
        MetricData: [{ MetricName, Dimensions: all.map(([Name, Value]) => ({ Name, Value })), Value }],
      }),
    );
  };

/** Adds a number, 1 unless it is given, to one of the product's own metrics, for the alarm on it. */
export const metricCounterOn =
  (cloudWatch: CloudWatchClient, environment: string, metric: string, dimensions: Dimensions = {}) =>
  (count = 1): Promise<void> =>
    metricValueOn(cloudWatch, environment, metric, dimensions)(count);
