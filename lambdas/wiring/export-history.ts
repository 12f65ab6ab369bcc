import { productMetrics } from '../../domain/product-metrics.ts';
import { exportBucketOn } from '../clients/export-bucket.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { exportHistoryHandler } from '../export-history/handler.ts';
import { brakesHistoryIn } from '../stores/brakes-history.ts';
import { exportCursorIn } from '../stores/export-cursor.ts';
import { exportableLinksIn } from '../stores/exportable-links.ts';
import { historyIn } from '../stores/history.ts';
import { questionsIn } from '../stores/questions.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './settings.ts';

export function wireExportHistory(
  { cloudWatch, dynamoDb, s3 }: Pick<Clients, 'cloudWatch' | 'dynamoDb' | 's3'>,
  settings: Settings,
  clock: Clock,
) {
  const state = settings('STATE_TABLE');
  const history = settings('HISTORY_TABLE');
  return exportHistoryHandler({
    cursor: exportCursorIn(dynamoDb, state),
    links: exportableLinksIn(dynamoDb, history),
    history: historyIn(dynamoDb, history, clock.sleep), // without the buffer: what waits is exported once it is stored
    brakes: brakesHistoryIn(dynamoDb, history),
    questions: questionsIn(dynamoDb, state),
    bucket: exportBucketOn(s3, settings('EXPORT_BUCKET')),
    countComplete: metricCounterOn(cloudWatch, settings('ENVIRONMENT'), productMetrics.completeExports),
    now: clock.now,
  });
}
