import { executionsOf, named, startMachines } from '../permissions.ts';
import { wildcard } from '../wildcard.ts';
import type { PersonPolicy } from './person-policy.ts';

/**
 * The head of trading and those on the trading desk: halt trading, and ask for it to resume. Reaches hosts only by the two machines,
 * and neither reads nor starts rollbacks.
 */
export const trader: PersonPolicy = {
  description: 'Halts trading and asks for it to resume. Nothing else: it neither reads nor starts rollbacks.',
  statements: (stack, { environment }) => [
    startMachines(machines.map((name) => named(stack, 'states', 'stateMachine', `rollback-${environment}-${name}`))),
    wildcard('Executions of these machines, because their names are not known before they start.', {
      actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
      resources: machines.map((name) => executionsOf(stack, `rollback-${environment}-${name}`)),
    }),
  ],
};

const machines = ['halt', 'resume'];
