import { overrideFlags } from '../flag-permissions.ts';
import * as may from '../permissions.ts';
import { seeBrakes, trackHostWork } from './shared-rights.ts';
import { fleetTag } from './shared-settings.ts';
import { hostTimeoutSeconds, type Task } from './task.ts';

/** Sets overrides in the safety layer, runs the step on every host, and waits until each host has the new values. */
export const flipFlag: Task = {
  name: 'flip-flag',
  timeoutSeconds: hostTimeoutSeconds,
  settings: (context) => ({ ...context.flags.settings, ...fleetTag(context) }),
  rights: (context) => [
    ...trackHostWork(context),
    seeBrakes(context),
    may.seeHosts(), // why a host left the fleet
    ...overrideFlags(context.flags),
    ...may.runOnFleet(context.scope, context.documents.flags, context.environment), // steps that read the flags
  ],
};
