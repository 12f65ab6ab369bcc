import type { CanaryGroup } from '../../domain/canary.ts';
import { productMetrics } from '../../domain/product-metrics.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { recordDeploymentHandler } from '../record-deployment/handler.ts';
import { brakesIn } from '../stores/brakes.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import { preparationsIn } from '../stores/preparations.ts';
import { recentRollbacksIn } from '../stores/recent-rollbacks.ts';
import type { Clients } from './aws-clients.ts';
import { jsonSetting, type Settings } from './settings.ts';

export function wireRecordDeployment(
  { dynamoDb, cloudWatch }: Pick<Clients, 'dynamoDb' | 'cloudWatch'>,
  settings: Settings,
) {
  const state = settings('STATE_TABLE');
  return recordDeploymentHandler({
    deployments: deploymentsIn(dynamoDb, state),
    recentRollbacks: recentRollbacksIn(dynamoDb, state),
    preparations: preparationsIn(dynamoDb, state),
    brakes: brakesIn(dynamoDb, state),
    countDespiteFreeze: metricCounterOn(cloudWatch, settings('ENVIRONMENT'), productMetrics.deployedDespiteFreeze),
    canary: jsonSetting<{ readonly canary: CanaryGroup }>(settings, 'BRAKES').canary,
    phases: jsonSetting(settings, 'PHASES'),
  });
}
