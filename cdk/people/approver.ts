import { named, startMachines } from '../permissions.ts';
import type { PersonPolicy } from './person-policy.ts';
import { reading } from './reading.ts';

/** The procedure's technical lead: answers questions of rollbacks. Starts, stops and releases nothing. */
export const approver: PersonPolicy = {
  description: 'Answers the questions that rollbacks ask, and reads what they are about. Nothing else.',
  statements: (stack, product) => [
    startMachines([named(stack, 'states', 'stateMachine', `rollback-${product.environment}-decide`)]),
    ...reading(stack, product),
  ],
};
