import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import type { TradingLogs } from '../../domain/follow-up/log-queries.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { phasesOf } from '../../domain/phases.ts';
import { productMetrics } from '../../domain/product-metrics.ts';
import { alarmsOn } from '../clients/alarms.ts';
import { collectEvidenceOn } from '../clients/collect-evidence.ts';
import { executionStatusOn } from '../clients/execution-status.ts';
import { exportBucketOn } from '../clients/export-bucket.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { publishOn } from '../clients/publish.ts';
import { putNoticesOn } from '../clients/put-notices.ts';
import { queryLogsOn } from '../clients/query-logs.ts';
import { lastHaltedOn } from '../clients/venue-halt.ts';
import { recoveryMetricsOn } from '../confirm-recovery/recovery-metrics.ts';
import { followTheRollbackHandler } from '../follow-the-rollback/handler.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import { dueTasksIn } from '../stores/due-tasks.ts';
import { fleetHoldIn, fleetTruthsIn } from '../stores/fleet-truth.ts';
import { recentRollbacksIn } from '../stores/recent-rollbacks.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { historyWithBuffer } from './history.ts';
import { metricOfAlarm } from './metric-of-alarm.ts';
import { haltedMetric, jsonSetting, type Settings, sessionsOf } from './settings.ts';

type Used = 'dynamoDb' | 'cloudWatch' | 'cloudWatchLogs' | 'sns' | 's3' | 'eventBridge' | 'stepFunctions';

export function wireFollowTheRollback(clients: Pick<Clients, Used>, settings: Settings, clock: Clock) {
  const { dynamoDb, cloudWatch, cloudWatchLogs, sns, s3, eventBridge, stepFunctions } = clients;
  const [state, environment, fleet] = [settings('STATE_TABLE'), settings('ENVIRONMENT'), settings('FLEET')];
  return followTheRollbackHandler({
    environment,
    history: historyWithBuffer(dynamoDb, settings, clock),
    dueTasks: dueTasksIn(dynamoDb, state),
    putNotices: putNoticesOn(eventBridge),
    statusOf: executionStatusOn(stepFunctions, clock.now),
    metrics: metricsOf(clients, settings, clock),
    again: againIn(clients, settings),
    truth: fleetTruthsIn(dynamoDb, state).read,
    hold: () => fleetHoldIn(dynamoDb, state, fleet),
    publish: publishOn(sns, settings('TOPIC_ARN')),
    template: jsonSetting<Record<'relapse', string>>(settings, 'TEMPLATES').relapse,
    runbook: settings('RUNBOOK'),
    countRelapse: metricCounterOn(cloudWatch, environment, productMetrics.relapses),
    collect: collectEvidenceOn(cloudWatch, jsonSetting<Record<string, AlarmMetric>>(settings, 'ALARM_METRICS')),
    queryLogs: queryLogsOn(cloudWatchLogs, clock),
    tradingLogs: jsonSetting<TradingLogs>(settings, 'TRADING_LOGS'),
    bucket: exportBucketOn(s3, settings('EXPORT_BUCKET')),
    now: clock.now,
  });
}

/** The same comparison that confirmed the recovery: the newest values against the hour before the deployment. */
function metricsOf({ cloudWatch }: Pick<Clients, 'cloudWatch'>, settings: Settings, clock: Clock) {
  const recovery = recoveryMetricsOn({
    cloudWatch,
    alarms: alarmsOn(cloudWatch),
    environment: settings('ENVIRONMENT'),
    metricOf: metricOfAlarm(settings),
    sessionsOf: sessionsOf(settings),
    lastHalted: lastHaltedOn(cloudWatch, haltedMetric(settings), clock.now),
    now: clock.now,
  });
  return async ({ alarm, phase, phases, deployment, start_time, fleet, ...record }: RollbackRecord) => {
    const id = record.rollback_id;
    const deadline = record.deadline ?? start_time;
    return recovery(
      {
        id,
        execution_arn: record.execution_arn,
        phase,
        phases: phases?.slice(),
        fleet,
        deadline,
        alarm: alarm?.name ?? null,
      },
      { deployment, window_start: record.breaching_since ?? start_time },
    );
  };
}

/** A rollback of a newer deployment is no relapse of an older one. */
function againIn({ dynamoDb }: Pick<Clients, 'dynamoDb'>, settings: Settings) {
  const state = settings('STATE_TABLE');
  const [recent, deployments] = [recentRollbacksIn(dynamoDb, state), deploymentsIn(dynamoDb, state)];
  return async ({ rollback_id, completion_time, ...record }: RollbackRecord, from: string, to: string) => {
    const found = await Promise.all(
      phasesOf(record).map(async (phase) => {
        const begun = await recent.between(phase, from, to);
        const [first] = await deployments.between(phase, completion_time ?? from, to);
        return begun.filter(({ start_time }) => first === undefined || start_time < first.at);
      }),
    );
    return [...new Set(found.flat().map(({ rollback }) => rollback))].filter((one) => one !== rollback_id);
  };
}
