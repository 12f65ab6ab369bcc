import * as may from '../permissions.ts';
import * as settings from './shared-settings.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Publishes how near the measured times of rollbacks and drills are to their limits. */
export const measureTheTimes: Task = {
  name: 'measure-the-times',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => {
    const { limits, confirm, questions, endpoint } = context.environment;
    return {
      ...settings.environmentName(context),
      ...settings.phaseNumbers(context),
      LIMITS_OF_TIMES: JSON.stringify({ limits, confirm, questions, embedded: endpoint !== undefined }),
    };
  },
  rights: (context) => [may.readStatistics(context.tables.history), may.countInCloudWatch()],
};
