import { monitoredPhases, monitorName } from '../../domain/flags/monitors.ts';
import { flagDocument } from '../../domain/infra/flag-document.ts';
import { keepFlagMonitors, seedFlagLayers } from '../flag-permissions.ts';
import * as may from '../permissions.ts';
import { shortTimeoutSeconds, type Task, type TaskContext } from './task.ts';

/**
 * Writes the first values of the flags, those of the file into the normal layer and none into the safety layer, and keeps the
 * monitors of the normal layer.
 */
export const seedFlags: Task = {
  name: 'seed-flags',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({
    ...context.flags.settings,
    FIRST_FLAGS: JSON.stringify(flagDocument(context.firstFlags)),
    FLAG_MONITORS: JSON.stringify(monitors(context)),
  }),
  rights: ({ flags }) => [...seedFlagLayers(flags), ...keepFlagMonitors(flags)],
};

/** By their names: the alarms are made after the functions, because their phases' stacks need these. */
const monitors = ({ scope, environmentName, flags, phases }: TaskContext) =>
  monitoredPhases(phases).map((group) => ({
    AlarmArn: may.named(scope, 'cloudwatch', 'alarm', monitorName(environmentName, group)),
    AlarmRoleArn: flags.monitorRole.roleArn,
  }));
