import { brakesChain, eventsOf, linksOf, monthsOf } from '../../domain/tables.ts';
import * as may from '../permissions.ts';
import { environmentName, fleetTag, operatorsTopic, tradingSettings } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { hostTimeoutSeconds, type Task } from './task.ts';

/** Asks the hosts for their orders, proves who wants trading to resume, and resumes it. May run no other document on a host. */
export const resumeTheHosts: Task = {
  name: 'resume-the-hosts',
  timeoutSeconds: hostTimeoutSeconds,
  settings: (context) => ({
    ...environmentName(context),
    ...fleetTag(context),
    ...operatorsTopic(context),
    ...tradingSettings(context),
    FLEET: context.environment.fleet.name,
  }),
  rights: (context) => [
    // Hosts, whether a rollback holds the fleet, what is owed, and what CRITICAL alarms ask.
    stateItems(context, ['seenHosts', 'fleet', 'unreachedHosts', 'questions'], 'Query'),
    stateItems(context, 'truth', 'GetItem'), // the hosts to which a bad version came back
    may.useItems(context.tables.history, [eventsOf(brakesChain), linksOf('*'), monthsOf], 'Query', 'PutItem'),
    may.seeExecutions(context.scope, context.environmentName, 'resume'), // the requests of others
    ...may.lookAtFleet(context.documents.resuming),
    ...may.sendToFleet(context.scope, context.documents.resuming, context.environment.fleet.tag),
    may.readCommands(),
    ...may.publishTo(context.operators),
  ],
};
