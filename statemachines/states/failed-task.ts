import { type Catcher, caughtAfterName, keptCause } from '../asl.ts';

/** The state that closes a rollback after an error that no other catcher handles. */
export const failed = 'Close as needs a person';

/** The ending of an execution that was redriven after its rollback had ended. */
export const notResumed = 'Not resumed';

/**
 * The first catcher of every task that acts or reports: the rollback has ended, so nothing more is done. The ending makes a
 * sentence of the Cause (keptCause).
 */
export const rollbackOver: Catcher = {
  ErrorEquals: ['RollbackOver'],
  Assign: { problem: keptCause },
  Next: notResumed,
};

/** The state that asks an operator what a rollback does next that could not continue by itself. */
export const handOver = 'Hand over to an operator';

/**
 * The last catchers of every acting task: every other error becomes the rollback's problem. A step's own catcher has taken
 * StepFailed before.
 */
export const catchAll: readonly Catcher[] = [
  rollbackOver,
  { ErrorEquals: ['States.ALL'], Assign: { problem: caughtAfterName }, Next: failed },
];
