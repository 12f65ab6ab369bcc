import { watchedMetrics } from '../../domain/backtest/changes.ts';
import * as may from '../permissions.ts';
import * as settings from './shared-settings.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Puts the triggers' metrics into the bucket of the export every two hours, because CloudWatch keeps 10 s data for three. */
export const archiveMetrics: Task = {
  name: 'archive-metrics',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({
    ...settings.environmentName(context),
    EXPORT_BUCKET: context.exports.bucket.bucketName,
    METRICS_NAMESPACE: context.triggers.namespace,
    WATCHED_METRICS: JSON.stringify(watchedMetrics(context.triggers, context.phases)),
  }),
  rights: (context) => [may.seeMetrics(), ...may.archiveMetrics(context.exports), may.countInCloudWatch()],
};
