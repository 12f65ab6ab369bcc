import * as may from '../permissions.ts';
import { environmentName, fleetTag, operatorsTopic, tradingSessions, tradingSettings } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import type { Task } from './task.ts';

/** Halts trading on the hosts and tells people. Writes no table; of one it reads the hosts that were seen, if that responds. */
export const haltTheHosts: Task = {
  name: 'halt-the-hosts',
  timeoutSeconds: 15, // a call that hangs delays the first command by this; the machine calls again
  settings: (context) => ({
    ...environmentName(context),
    ...fleetTag(context),
    ...operatorsTopic(context),
    ...tradingSettings(context),
    ...tradingSessions(context),
  }),
  rights: (context) => [
    stateItems(context, 'seenHosts', 'Query'), // hosts that Systems Manager does not list
    may.seeMetrics(), // a venue's halt, which explains a silent alarm
    ...may.lookAtFleet(context.documents.halting),
    ...may.sendToFleet(context.scope, context.documents.halting, context.environment.fleet.tag),
    may.readCommands(),
    ...may.publishTo(context.operators),
  ],
};
