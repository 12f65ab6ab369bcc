import { exportBucket } from '../../domain/history/export.ts';
import * as may from '../permissions.ts';
import * as settings from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import type { Task } from './task.ts';

/** Writes the page of a rollback after each message to people. It changes nothing but that page. */
export const writePage: Task = {
  name: 'write-page',
  timeoutSeconds: 120, // three tries, each of several requests, with pauses of 13 s in all
  settings: (context) => ({
    ...settings.environmentName(context),
    CONTACTS: settings.contacts(context).CONTACTS,
    RUNBOOK: settings.contacts(context).RUNBOOK,
    ...settings.metricsOfAlarms(context),
    EXPORT_BUCKET: exportBucket(context.environmentName, context.environment),
  }),
  rights: (context) => [
    may.readHistory(context.tables.history),
    may.readWaitingHistory(context.tables.state), // events that the history table has not accepted yet
    ...may.readEarlierRollbacks(context.tables.history), // the usual duration of each step
    may.readStatistics(context.tables.history), // the usual time of such rollbacks
    stateItems(context, 'drills', 'GetItem'), // the phase's newest drill that passed
    may.seeMetrics(),
    may.seeDefinitions(context.scope, context.environmentName),
    may.putPages(context.scope, exportBucket(context.environmentName, context.environment)),
    may.countInCloudWatch(),
  ],
};
