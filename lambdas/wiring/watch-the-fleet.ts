import { mustPublish } from '../../domain/calendar/expected-silence.ts';
import { sessionTime } from '../../domain/calendar/sessions.ts';
import { tradingNow } from '../../domain/history/trading-now.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { productMetrics } from '../../domain/product-metrics.ts';
import type { RestoredPaths } from '../../domain/truth/compared-parts.ts';
import { expectedVersions } from '../../domain/truth/expected-versions.ts';
import { takenBack } from '../../domain/truth/undone.ts';
import { withdrawnVersions } from '../../domain/truth/withdrawn.ts';
import { flagsWereMovingOn } from '../clients/flag-rollouts.ts';
import { listDocumentsOn } from '../clients/list-documents.ts';
import { managedInstancesOn } from '../clients/managed-instances.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { publishOn } from '../clients/publish.ts';
import { looksOn } from '../clients/run-command.ts';
import type { HostCommand } from '../middleware/payload.ts';
import { readInventory } from '../operations/read-inventory.ts';
import { checkedBefore, type Reviewed, reviewedDocument } from '../operations/reviewed-document.ts';
import { brakesIn } from '../stores/brakes.ts';
import { brakesHistoryIn } from '../stores/brakes-history.ts';
import { checkedDocumentsIn } from '../stores/checked-documents.ts';
import { deploymentMarksIn } from '../stores/deployment-marks.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import { endingsIn } from '../stores/endings.ts';
import { fileFindingsIn, fleetHoldIn, fleetTruthsIn } from '../stores/fleet-truth.ts';
import { preparationsIn } from '../stores/preparations.ts';
import { rollbackScopesIn } from '../stores/rollback-scope.ts';
import { watchTheFleetHandler } from '../watch-the-fleet/handler.ts';
import { withSpared } from '../watch-the-fleet/with-spared.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { inventoryDeps } from './inventory.ts';
import { jsonSetting, type Settings, sessionsOf } from './settings.ts';

type Used = 'dynamoDb' | 'ssm' | 'ec2' | 'sns' | 'cloudWatch' | 'appConfig';

export function wireWatchTheFleet(clients: Pick<Clients, Used>, settings: Settings, clock: Clock) {
  const { dynamoDb, ssm, sns, cloudWatch, appConfig } = clients;
  const [state, environment, fleet] = [settings('STATE_TABLE'), settings('ENVIRONMENT'), settings('FLEET')];
  const reviewed = jsonSetting<Reviewed>(settings, 'DOCUMENT');
  const known = { checked: checkedDocumentsIn(dynamoDb, state).read, listed: listDocumentsOn(ssm) };
  const pinned = async (one: Reviewed) =>
    (await checkedBefore(known, [one]))[one.name] ?? reviewedDocument(managedInstancesOn(ssm), one);
  const holding = jsonSetting<{ command: HostCommand; document: Reviewed } | null>(settings, 'HOLDING');
  const inventory = inventoryDeps(clients, settings, clock);
  return watchTheFleetHandler({
    environment,
    fleet,
    truths: fleetTruthsIn(dynamoDb, state),
    files: fileFindingsIn(dynamoDb, state).read,
    hold: () => fleetHoldIn(dynamoDb, state, fleet),
    endedAt: async (rollback) => (await endingsIn(dynamoDb, state).read(rollback))?.at ?? null,
    flagsWereMoving: flagsWereMovingOn(appConfig, settings('FLAGS_APPLICATION'), [
      settings('FLAGS_ENVIRONMENT'),
      settings('FLAGS_SAFETY_ENVIRONMENT'),
    ]),
    inventory: () => readInventory(inventory),
    ...onRecordIn(clients, settings, clock),
    document: () => pinned(reviewed),
    ...(holding ? { holding: { command: holding.command, document: () => pinned(holding.document) } } : {}),
    runCommand: looksOn(ssm),
    command: jsonSetting<HostCommand>(settings, 'COMMAND'),
    closed: () => closedIn(settings, clock),
    afterANight: (since) => !closedIn(settings, clock) && wasClosed(settings, clock, Date.parse(since)),
    trading: async () => tradingNow(await brakesHistoryIn(dynamoDb, settings('HISTORY_TABLE')).events()),
    publish: publishOn(sns, settings('TOPIC_ARN')),
    templates: jsonSetting(settings, 'TEMPLATES'),
    runbook: settings('RUNBOOK'),
    countDiffering: metricCounterOn(cloudWatch, environment, productMetrics.hostsDiffer),
    now: clock.now,
  });
}

/** Hosts are shared by all phases, so they may be shut down only while the market of no phase is open. */
const closedIn = (settings: Settings, { now }: Clock): boolean => {
  const of = sessionsOf(settings);
  return !jsonSetting<readonly number[]>(settings, 'PHASES').some((phase) => mustPublish(of(phase), now()));
};

/** Whether the market of every phase was closed for a while since an instant. */
const wasClosed = (settings: Settings, { now }: Clock, since: number): boolean => {
  const of = sessionsOf(settings);
  const at = now();
  return jsonSetting<readonly number[]>(settings, 'PHASES').every(
    (phase) => sessionTime(of(phase), since, at) < at - since,
  );
};

/** Returns what is on record of each phase, read once per run. */
function onRecordIn({ dynamoDb }: Pick<Clients, 'dynamoDb'>, settings: Settings, { now }: Clock) {
  const deployments = deploymentsIn(dynamoDb, settings('STATE_TABLE'));
  const marks = deploymentMarksIn(dynamoDb, settings('STATE_TABLE'));
  const preparations = preparationsIn(dynamoDb, settings('STATE_TABLE'));
  const brakes = brakesIn(dynamoDb, settings('STATE_TABLE'));
  const scopes = rollbackScopesIn(dynamoDb, settings('STATE_TABLE'));
  const phases = jsonSetting<readonly number[]>(settings, 'PHASES');
  const restored = jsonSetting<RestoredPaths>(settings, 'RESTORED');
  const { watch_window: window } = jsonSetting<Pick<Environment['brakes'], 'watch_window'>>(settings, 'BRAKES');
  const recentOf = (phase: number, at: number) => deployments.recent(phase, new Date(at).toISOString());
  const withdrawn = async (phase: number, at: number) =>
    (await marks.withWithdrawn(phase, new Date(at).toISOString())).filter((one) => one.withdrawn);
  return {
    onRecord: async () => {
      const at = now();
      const reading = phases.map(async (phase) => ({
        phase,
        codeless: restored[phase]?.length === 0,
        recent: await recentOf(phase, at),
        preparations: await preparations.of(phase),
        withdrawn: await withdrawn(phase, at),
      }));
      const onRecord = await Promise.all(reading);
      return { expected: expectedVersions(onRecord, { now: at, window }), withdrawn: withdrawnVersions(onRecord) };
    },
    takenBack: async () => {
      const { blocks } = await brakes.read();
      const blocked = new Set(blocks.flatMap(({ phase, rollback }) => (rollback && phase ? [phase] : [])));
      const onRecord = [...blocked].map(async (phase) => ({ phase, recent: await recentOf(phase, now()) }));
      const taken = takenBack(blocks, await Promise.all(onRecord), restored);
      return Promise.all(taken.map((one) => withSpared(scopes.read, one)));
    },
  };
}
