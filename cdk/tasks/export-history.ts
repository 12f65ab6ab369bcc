import * as may from '../permissions.ts';
import * as settings from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/**
 * Exports the history to S3 every minute. No other function may put into the bucket, and this one changes nothing in the
 * history.
 */
export const exportHistory: Task = {
  name: 'export-history',
  timeoutSeconds: shortTimeoutSeconds, // ends before the next minute's run; two at once would put the same objects
  settings: (context) => ({ ...settings.environmentName(context), EXPORT_BUCKET: context.exports.bucket.bucketName }),
  rights: (context) => [
    may.readHistory(context.tables.history),
    stateItems(context, 'questions', 'Query'), // the decisions, which only the state table has
    stateItems(context, 'exporting', 'GetItem', 'PutItem'), // the last link that is exported
    may.putExports(context.exports),
    may.countInCloudWatch(),
  ],
};
