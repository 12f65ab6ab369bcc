import type { Caller } from '../../wire/service.ts';

/** One attempt at a task, as its integration is asked to do it. */
export type TaskCall = {
  readonly arguments: unknown;
  /** The state machine's role. */
  readonly caller: Caller;
  /** With `.waitForTaskToken`: the token whose holder will finish the task. */
  readonly token?: string;
  /** Aborted when nobody waits for the result any more: timeout, stop, a failed sibling. */
  readonly signal: AbortSignal;
  readonly executionArn: string;
};

/**
 * What runs a task. Resolves with the result; fails the task by throwing a TaskFailure.
 *
 * The interpreter lets the clock run meanwhile: an integration holds it while it does what should take no time.
 */
export type Integration = (call: TaskCall) => Promise<unknown>;

/** Integrations by Resource ARN, without the `.waitForTaskToken` suffix. */
export type Integrations = Readonly<Record<string, Integration>>;
