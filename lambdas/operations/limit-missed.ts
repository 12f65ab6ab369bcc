import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Template } from '../../domain/message/message.ts';
import { productMetrics } from '../../domain/product-metrics.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import type { History } from '../stores/history.ts';
import { appendSealed } from '../stores/seal.ts';
import { type Unsent, unsentIn } from '../stores/unsent-messages.ts';
import { required } from '../wiring/settings.ts';

/** The real outside world, for the functions that end rollbacks. */
export const realMissing = (db: DynamoDBDocumentClient, cloudWatch = new CloudWatchClient({})) => ({
  unsent: unsentIn(db, required('STATE_TABLE')),
  countMissed: metricCounterOn(cloudWatch, required('ENVIRONMENT'), productMetrics.missedLimits),
  limitMissed: required('LIMIT_MISSED'),
});

export type MissingDeps = {
  readonly history: History;
  readonly unsent: Unsent;
  readonly countMissed: () => Promise<void>;
  /** What people are told. */
  readonly limitMissed: Template;
};

/**
 * Says once that a rollback is over its limit: counted for the alarm, kept as a message that Reconcile sends, and then
 * written into the history, so that a try that died on the way is made again. Nothing for one that is within it.
 */
export async function reportIfLimitMissed(
  { history, unsent, countMissed, limitMissed }: MissingDeps,
  { rollback_id: rollback, deadline, limit_missed }: RollbackRecord,
  at: string,
): Promise<void> {
  if (limit_missed || deadline === null || at < deadline) return;
  await countMissed();
  await unsent.keep({ rollback, message: 'limit-missed', template: limitMissed, values: {} });
  await appendSealed(history, rollback, at, { id: 'limit-missed', type: 'Limit missed', at, detail: { deadline } });
}
