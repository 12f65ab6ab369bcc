import { recordDeploymentHandler } from '../record-deployment/handler.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import type { Clients } from './aws-clients.ts';
import { jsonSetting, type Settings } from './settings.ts';

export function wireRecordDeployment(clients: Pick<Clients, 'dynamoDb'>, settings: Settings) {
  return recordDeploymentHandler({
    deployments: deploymentsIn(clients.dynamoDb, settings('STATE_TABLE')),
    phases: jsonSetting(settings, 'PHASES'),
  });
}
