import type { CanaryGroup } from '../../domain/canary.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { productMetrics } from '../../domain/product-metrics.ts';
import type { TrustEvidenceAge } from '../../domain/ready/account-lines.ts';
import { checkReadinessHandler } from '../check-readiness/handler.ts';
import { alarmStatesOn } from '../clients/alarms.ts';
import { lambdaQuotasOn } from '../clients/lambda-quotas.ts';
import { listDocumentsOn } from '../clients/list-documents.ts';
import { machineDefinitionsOn } from '../clients/machine-definitions.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { subscriptionsOn } from '../clients/subscriptions.ts';
import { checkedDocumentsIn } from '../stores/checked-documents.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import { drillsIn } from '../stores/drills.ts';
import { historyIn } from '../stores/history.ts';
import { preparationsIn } from '../stores/preparations.ts';
import { contactsIn, loadTestsIn, readinessIn } from '../stores/readiness.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { hostStepDeps } from './host-step-deps.ts';
import { inventoryIn } from './inventory.ts';
import { fleetTag, jsonSetting, type Settings, sessionsOf } from './settings.ts';

type Used = 'dynamoDb' | 'ssm' | 'ec2' | 'sns' | 'stepFunctions' | 'lambda' | 'cloudWatch';

export function wireCheckReadiness(clients: Pick<Clients, Used>, settings: Settings, clock: Clock) {
  const { dynamoDb, ssm, sns, stepFunctions, lambda, cloudWatch } = clients;
  const [state, environment] = [settings('STATE_TABLE'), settings('ENVIRONMENT')];
  return checkReadinessHandler({
    ...hostStepDeps(clients, settings, clock),
    // Without the buffer: a check that cannot be stored fails, and the next one checks again.
    history: historyIn(dynamoDb, settings('HISTORY_TABLE'), clock.sleep),
    environment,
    ages: jsonSetting<Environment['ready']>(settings, 'READY'),
    contacts: jsonSetting<Environment['contacts']>(settings, 'CONTACTS'),
    trustEvidence: jsonSetting<TrustEvidenceAge>(settings, 'TRUST_EVIDENCE'),
    loadTests: { ...loadTestsIn(dynamoDb, state), needed: settings('LOAD') === 'named' },
    canary: jsonSetting<{ readonly canary: CanaryGroup }>(settings, 'BRAKES').canary,
    machines: jsonSetting<Readonly<Record<string, string>>>(settings, 'MACHINES'),
    tag: fleetTag(settings),
    managedInstances: inventoryIn(clients, settings, clock),
    knownDocuments: { checked: checkedDocumentsIn(dynamoDb, state).read, listed: listDocumentsOn(ssm) },
    preparations: preparationsIn(dynamoDb, state),
    deployments: deploymentsIn(dynamoDb, state),
    readiness: readinessIn(dynamoDb, state),
    confirmedContacts: contactsIn(dynamoDb, state),
    lastDrill: drillsIn(dynamoDb, state).lastDrill,
    drills: drillsIn(dynamoDb, state).all,
    subscriptions: subscriptionsOn(sns, settings('TOPIC_ARN')),
    definitions: machineDefinitionsOn(stepFunctions, settings('MACHINE_ARN_PREFIX')),
    quotas: lambdaQuotasOn(lambda),
    sessionsOf: sessionsOf(settings),
    alarmStates: alarmStatesOn(cloudWatch, environment),
    countNotReady: metricCounterOn(cloudWatch, environment, productMetrics.notReady),
  });
}
