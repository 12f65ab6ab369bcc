import { hostsOf } from '../../domain/tables.ts';
import * as may from '../permissions.ts';
import { fleetTag } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { hostTimeoutSeconds, type Task, type TaskContext } from './task.ts';

/** Runs the customer's check on every host for a person, or reads all files there. Takes no lock and writes no event. */
export const lookAtHosts: Task = {
  name: 'look-at-hosts',
  timeoutSeconds: hostTimeoutSeconds,
  settings: (context) => ({
    ...fleetTag(context),
    OWN_PATHS: JSON.stringify(context.compared.own),
    LOAD: context.environment.load ? 'named' : 'none',
  }),
  rights: (context) => [
    stateItems(context, 'rollbacks', 'GetItem', 'PutItem'), // the check's own scope and attempts
    stateItems(context, 'seenHosts', 'Query'), // hosts that vanished from the inventory
    may.useItems(context.tables.history, hostsOf('*'), 'Query', 'BatchWriteItem'), // one verdict per host
    stateItems(context, 'fleet', 'GetItem', 'BatchGetItem'), // whether a rollback works on files meanwhile
    stateItems(context, 'phases', 'Query', 'PutItem'), // the deployed version, and the result of a load test
    stateItems(context, 'truth', 'GetItem', 'PutItem'), // hosts whose files differ, for the comparison of hosts
    ...may.lookAtFleet(looks(context)),
    ...may.runOnFleet(context.scope, looks(context), context.environment),
  ],
};

const looks = ({ documents }: TaskContext) => [...documents.looks, ...documents.comparing];
