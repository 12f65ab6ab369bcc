import { productMetrics } from '../../domain/product-metrics.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import type { CloseRollbackDeps } from '../operations/close-rollback.ts';
import { brakesIn } from '../stores/brakes.ts';
import { claimsIn } from '../stores/claims.ts';
import { deploymentMarksIn } from '../stores/deployment-marks.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import { endingsIn } from '../stores/endings.ts';
import { fleetLocksIn } from '../stores/fleet-lock.ts';
import { questionsIn } from '../stores/questions.ts';
import { recentRollbacksIn } from '../stores/recent-rollbacks.ts';
import { reviewsIn } from '../stores/reviews.ts';
import { rollbackScopesIn } from '../stores/rollback-scope.ts';
import { rowWindowIn } from '../stores/row-window.ts';
import { unreachedIn } from '../stores/unreached-hosts.ts';
import { unsentIn } from '../stores/unsent-messages.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { historyWithBuffer } from './history.ts';
import { jsonSetting, type Settings } from './settings.ts';

/** Dependencies that all functions that end rollbacks share. */
export function closeRollbackDeps(
  { dynamoDb, cloudWatch }: Pick<Clients, 'dynamoDb' | 'cloudWatch'>,
  settings: Settings,
  clock: Clock,
): CloseRollbackDeps {
  const state = settings('STATE_TABLE');
  return {
    unsent: unsentIn(dynamoDb, state),
    countMissed: metricCounterOn(cloudWatch, settings('ENVIRONMENT'), productMetrics.missedLimits),
    limitMissed: settings('LIMIT_MISSED'),
    recentRollbacks: recentRollbacksIn(dynamoDb, state),
    locks: fleetLocksIn(dynamoDb, state),
    claims: claimsIn(dynamoDb, state),
    blocks: brakesIn(dynamoDb, state),
    rowWindow: rowWindowIn(dynamoDb, state),
    scopes: rollbackScopesIn(dynamoDb, state),
    endings: endingsIn(dynamoDb, state),
    unreached: unreachedIn(dynamoDb, state),
    deployments: deploymentsIn(dynamoDb, state),
    marks: deploymentMarksIn(dynamoDb, state),
    questions: questionsIn(dynamoDb, state),
    reviews: reviewsIn(dynamoDb, state),
    reviewWithin: jsonSetting(settings, 'REVIEW_WITHIN'),
    history: historyWithBuffer(dynamoDb, settings, clock),
    now: clock.now,
  };
}
