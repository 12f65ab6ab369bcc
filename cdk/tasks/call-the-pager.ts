import * as may from '../permissions.ts';
import { environmentName } from './shared-settings.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Sends pages to the pager. The history tells it whether somebody has taken a rollback since. */
export const callThePager: Task = {
  name: 'call-the-pager',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => {
    const { pager } = context.environment;
    if (!pager) throw new Error(`The environment ${context.environmentName} has no pager.`);
    return {
      ...environmentName(context),
      ROUTING_KEY_PARAMETER: pager.routing_key_parameter,
      PAGER_ENDPOINT: pager.endpoint,
    };
  },
  rights: ({ scope, environment, tables }) => [
    may.readParameter(scope, environment.pager?.routing_key_parameter ?? ''),
    may.readEvents(tables.history),
    may.countInCloudWatch(),
  ],
};
