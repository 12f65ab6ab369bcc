import { executionsOf, named, startMachines } from '../permissions.ts';
import { wildcard } from '../wildcard.ts';
import type { PersonPolicy } from './person-policy.ts';

/** The customer's pipeline: records the deployment of a phase, and waits until it is recorded. */
export const deployer: PersonPolicy = {
  description: 'Records deployments, as a pipeline does. Nothing else: it neither reads nor starts rollbacks.',
  statements: (stack, { environment }) => [
    startMachines([named(stack, 'states', 'stateMachine', `rollback-${environment}-record-deployment`)]),
    wildcard('Executions of this one machine, because their names are not known before they start.', {
      actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
      resources: [executionsOf(stack, `rollback-${environment}-record-deployment`)],
    }),
  ],
};
