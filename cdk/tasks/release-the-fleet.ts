import { releaseFleet, seeExecutionsOfPhases } from './shared-rights.ts';
import { noSettings, shortTimeoutSeconds, type Task } from './task.ts';

/** Releases a fleet for a person, after a rollback that kept it. */
export const releaseTheFleet: Task = {
  name: 'release-the-fleet',
  timeoutSeconds: shortTimeoutSeconds,
  settings: noSettings,
  rights: (context) => [
    ...releaseFleet(context),
    seeExecutionsOfPhases(context), // refuses while the holder still runs
  ],
};
