import { named, startMachines } from '../permissions.ts';
import type { PersonPolicy } from './person-policy.ts';
import { reading } from './reading.ts';

/** The procedure's technical lead: answers questions of rollbacks, annotates and reviews them. Stops and releases nothing. */
export const approver: PersonPolicy = {
  description: 'Answers the questions that rollbacks ask, and reads what they are about. Nothing else.',
  statements: (stack, product) => [
    startMachines(
      ['decide', 'annotate', 'review'].map((name) =>
        named(stack, 'states', 'stateMachine', `rollback-${product.environment}-${name}`),
      ),
    ),
    ...reading(stack, product),
  ],
};
