import type { Caller } from '../../wire/service.ts';

/** One attempt at a task, in the form that its integration receives. */
export type TaskCall = {
  readonly arguments: unknown;
  /** The state machine's role. */
  readonly caller: Caller;
  /** The token whose holder finishes the task, if the resource ends with `.waitForTaskToken`. */
  readonly token?: string;
  /** Aborted when the result is no longer needed: after a timeout, a stop, or the failure of another branch. */
  readonly signal: AbortSignal;
  readonly executionArn: string;
};

/**
 * Runs a task. Resolves with the result; throws a TaskFailure to fail the task.
 *
 * The clock runs meanwhile. An integration holds the clock during work that should take no time.
 */
export type Integration = (call: TaskCall) => Promise<unknown>;

/** Integrations by Resource ARN, without the `.waitForTaskToken` suffix. */
export type Integrations = Readonly<Record<string, Integration>>;
