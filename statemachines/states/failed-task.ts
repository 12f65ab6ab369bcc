import { type Catcher, caughtInState } from '../asl.ts';

/** The state in which everything ends that nothing else has caught. */
export const failed = 'Close as needs a person';

/** The last catcher of every task that acts: what went wrong becomes the rollback's problem. */
export const catchAll: Catcher = { ErrorEquals: ['States.ALL'], Assign: { problem: caughtInState }, Next: failed };
