import { hostsOf, phaseOf, preparePrefix, readyPrefix } from '../../domain/tables.ts';
import { executionsOf, named, startMachines, useItems } from '../permissions.ts';
import { wildcard } from '../wildcard.ts';
import type { PersonPolicy } from './person-policy.ts';

/**
 * The customer's pipeline: prepares the hosts for a deployment of a phase, checks readiness, records the deployment, and waits
 * until each is done. Of the history it reads the hosts' reports on preparations and readiness.
 */
export const deployer: PersonPolicy = {
  description: 'Records deployments, as a pipeline does. Nothing else: it neither reads nor starts rollbacks.',
  statements: (stack, { environment, tables }) => [
    startMachines(machines.map((name) => named(stack, 'states', 'stateMachine', `rollback-${environment}-${name}`))),
    useItems(tables.history, [hostsOf(`${preparePrefix}*`), hostsOf(`${readyPrefix}*`)], 'Query'),
    // The answers of a check of readiness, and the verdict on a deployment after its watch window.
    useItems(tables.state, phaseOf('*'), 'GetItem', 'Query'),
    wildcard('Executions of these machines, because their names are not known before they start.', {
      actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
      resources: machines.map((name) => executionsOf(stack, `rollback-${environment}-${name}`)),
    }),
  ],
};

/** The machines that a pipeline starts. */
const machines = ['prepare-deployment', 'check-readiness', 'record-deployment'];
