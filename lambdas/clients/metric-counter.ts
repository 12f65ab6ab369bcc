import { type CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { productMetrics } from '../../domain/product-metrics.ts';

/** Adds 1 to one of the product's own metrics, for the alarm on it. */
export const metricCounterOn =
  (cloudWatch: CloudWatchClient, environment: string, MetricName: string) => async (): Promise<void> => {
    const { namespace, dimension } = productMetrics;
    await cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: namespace,
        MetricData: [{ MetricName, Dimensions: [{ Name: dimension, Value: environment }], Value: 1 }],
      }),
    );
  };
