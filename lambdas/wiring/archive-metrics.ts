import { productMetrics } from '../../domain/product-metrics.ts';
import { archiveMetricsHandler } from '../archive-metrics/handler.ts';
import { archiveBucketOn } from '../clients/archive-bucket.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { slotValuesOn } from '../clients/slot-values.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { jsonSetting, type Settings } from './settings.ts';

export function wireArchiveMetrics(
  { cloudWatch, s3 }: Pick<Clients, 'cloudWatch' | 's3'>,
  settings: Settings,
  clock: Clock,
) {
  return archiveMetricsHandler({
    watched: jsonSetting(settings, 'WATCHED_METRICS'),
    read: slotValuesOn(cloudWatch, settings('METRICS_NAMESPACE')),
    bucket: archiveBucketOn(s3, settings('EXPORT_BUCKET')),
    countArchived: metricCounterOn(cloudWatch, settings('ENVIRONMENT'), productMetrics.archivedMetrics),
    now: clock.now,
  });
}
