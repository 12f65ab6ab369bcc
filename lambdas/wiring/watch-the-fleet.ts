import { tradingNow } from '../../domain/history/trading-now.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { productMetrics } from '../../domain/product-metrics.ts';
import { expectedVersions } from '../../domain/truth/expected-versions.ts';
import { flagsWereMovingOn } from '../clients/flag-rollouts.ts';
import { listDocumentsOn } from '../clients/list-documents.ts';
import { managedInstancesOn } from '../clients/managed-instances.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { publishOn } from '../clients/publish.ts';
import { looksOn } from '../clients/run-command.ts';
import type { HostCommand } from '../middleware/payload.ts';
import { readInventory } from '../operations/read-inventory.ts';
import { checkedBefore, type Reviewed, reviewedDocument } from '../operations/reviewed-document.ts';
import { brakesHistoryIn } from '../stores/brakes-history.ts';
import { checkedDocumentsIn } from '../stores/checked-documents.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import { fileFindingsIn, fleetHoldIn, fleetTruthsIn } from '../stores/fleet-truth.ts';
import { preparationsIn } from '../stores/preparations.ts';
import { watchTheFleetHandler } from '../watch-the-fleet/handler.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { inventoryDeps } from './inventory.ts';
import { jsonSetting, packedJsonSetting, type Settings } from './settings.ts';

type Used = 'dynamoDb' | 'ssm' | 'ec2' | 'sns' | 'cloudWatch' | 'appConfig';

export function wireWatchTheFleet(clients: Pick<Clients, Used>, settings: Settings, clock: Clock) {
  const { dynamoDb, ssm, sns, cloudWatch, appConfig } = clients;
  const [state, environment, fleet] = [settings('STATE_TABLE'), settings('ENVIRONMENT'), settings('FLEET')];
  const reviewed = jsonSetting<Reviewed>(settings, 'DOCUMENT');
  const known = { checked: checkedDocumentsIn(dynamoDb, state).read, listed: listDocumentsOn(ssm) };
  const inventory = inventoryDeps(clients, settings, clock);
  return watchTheFleetHandler({
    environment,
    fleet,
    truths: fleetTruthsIn(dynamoDb, state),
    files: fileFindingsIn(dynamoDb, state).read,
    hold: () => fleetHoldIn(dynamoDb, state, fleet),
    flagsWereMoving: flagsWereMovingOn(appConfig, settings('FLAGS_APPLICATION'), [
      settings('FLAGS_ENVIRONMENT'),
      settings('FLAGS_SAFETY_ENVIRONMENT'),
    ]),
    inventory: () => readInventory(inventory),
    expected: expectedIn(clients, settings, clock),
    document: async () =>
      (await checkedBefore(known, [reviewed]))[reviewed.name] ?? reviewedDocument(managedInstancesOn(ssm), reviewed),
    runCommand: looksOn(ssm),
    command: jsonSetting<HostCommand>(settings, 'COMMAND'),
    trading: async () => tradingNow(await brakesHistoryIn(dynamoDb, settings('HISTORY_TABLE')).events()),
    publish: publishOn(sns, settings('TOPIC_ARN')),
    templates: packedJsonSetting(settings, 'TEMPLATES'),
    runbook: settings('RUNBOOK'),
    countDiffering: metricCounterOn(cloudWatch, environment, productMetrics.hostsDiffer),
    now: clock.now,
  });
}

function expectedIn({ dynamoDb }: Pick<Clients, 'dynamoDb'>, settings: Settings, { now }: Clock) {
  const deployments = deploymentsIn(dynamoDb, settings('STATE_TABLE'));
  const preparations = preparationsIn(dynamoDb, settings('STATE_TABLE'));
  const phases = jsonSetting<readonly number[]>(settings, 'PHASES');
  const { watch_window: window } = jsonSetting<Pick<Environment['brakes'], 'watch_window'>>(settings, 'BRAKES');
  return async () => {
    const at = now();
    const onRecord = phases.map(async (phase) => ({
      phase,
      recent: await deployments.recent(phase, new Date(at).toISOString()),
      preparations: await preparations.of(phase),
    }));
    return expectedVersions(await Promise.all(onRecord), { now: at, window });
  };
}
