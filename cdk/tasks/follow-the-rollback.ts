import { noticeSource } from '../../domain/follow-up/task-notice.ts';
import { exportBucket } from '../../domain/history/export.ts';
import { textOf } from '../../statemachines/states/messages.ts';
import * as may from '../permissions.ts';
import { writeHistory } from './shared-rights.ts';
import * as settings from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import type { Task } from './task.ts';

/** Begins the follow-up of a rollback, and makes its checks. Asks no host: look-at-hosts does. */
export const followTheRollback: Task = {
  name: 'follow-the-rollback',
  timeoutSeconds: 100, // a check, then 20 s for queries of logs, each call of which may be tried three times
  settings: (context) => ({
    ...settings.environmentName(context),
    ...settings.metricsOfAlarms(context),
    ...settings.tradingSessions(context),
    ...settings.operatorsTopic(context),
    RUNBOOK: settings.contacts(context).RUNBOOK,
    FLEET: context.environment.fleet.name,
    TRADING_LOGS: JSON.stringify(context.environment.logs),
    EXPORT_BUCKET: context.exports.bucket.bucketName,
    TEMPLATES: JSON.stringify({ relapse: textOf(context.templates, 'relapse') }),
  }),
  rights: (context) => [
    ...writeHistory(context),
    stateItems(context, 'dueTasks', 'PutItem'),
    stateItems(context, ['fleet', 'truth'], 'GetItem', 'BatchGetItem'), // who holds the fleet, and whether hosts are as deployed
    stateItems(context, 'phases', 'Query'), // rollbacks and deployments since
    may.seeAlarms(context.scope),
    may.seeMetrics(),
    ...may.queryLogs(context.scope, context.environmentName, context.environment.logs.groups),
    may.countInCloudWatch(),
    ...may.publishTo(context.operators),
    may.putEvents(context.scope, noticeSource),
    may.putReports(context.scope, exportBucket(context.environmentName, context.environment)),
    may.seeExecutions(context.scope, context.environmentName, 'follow-up'), // whether an earlier one still runs
  ],
};
