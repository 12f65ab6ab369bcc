import * as may from '../permissions.ts';
import { seeBrakes, trackHostWork } from './shared-rights.ts';
import { fleetTag } from './shared-settings.ts';
import { hostTimeoutSeconds, type Task } from './task.ts';

/** Runs one step on every host, and waits for the hosts' verdicts. */
export const runOnHosts: Task = {
  name: 'run-on-hosts',
  timeoutSeconds: hostTimeoutSeconds,
  settings: fleetTag,
  rights: (context) => [
    ...trackHostWork(context),
    seeBrakes(context),
    may.seeHosts(), // why a host left the fleet
    // Steps that flip no flag, and the script that holds deployments beside the first one.
    ...may.runOnFleet(context.scope, [...context.documents.steps, ...context.documents.holding], context.environment),
  ],
};
