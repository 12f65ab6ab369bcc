import { type Catcher, caughtInState } from '../asl.ts';

/** The state that closes a rollback after an error that no other catcher handles. */
export const failed = 'Close as needs a person';

/** The last catcher of every acting task: stores the error as the rollback's problem. */
export const catchAll: Catcher = { ErrorEquals: ['States.ALL'], Assign: { problem: caughtInState }, Next: failed };
