import * as may from '../permissions.ts';
import { environmentName } from './shared-settings.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Counts executions that failed unexpectedly. The error is in no event, so it asks Step Functions for the execution. */
export const countFailures: Task = {
  name: 'count-failures',
  timeoutSeconds: shortTimeoutSeconds,
  settings: environmentName,
  rights: ({ scope, environmentName: environment }) => [
    may.seeExecutions(scope, environment, '*'),
    may.countInCloudWatch(),
  ],
};
