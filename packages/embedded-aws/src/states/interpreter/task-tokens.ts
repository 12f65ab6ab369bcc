import { AwsError } from '../../wire/aws-error.ts';
import type { Payload } from './payload.ts';
import type { StateFailure } from './state-failure.ts';

/** What the holder of a token may do to the task that waits for it. */
export type WaitingTask = {
  succeed(output: Payload): void;
  fail(failure: StateFailure): void;
  heartbeat(): void;
};

/** The task tokens of the account: each is good for one attempt of one task, until it is finished. */
export class TaskTokens {
  readonly #waiting = new Map<string, WaitingTask>();
  readonly #closed = new Set<string>();

  open(token: string, task: WaitingTask): void {
    this.#waiting.set(token, task);
  }

  close(token: string): void {
    this.#waiting.delete(token);
    this.#closed.add(token);
  }

  /** The task that waits for this token; throws InvalidToken for one never issued, TaskTimedOut for one no longer good. */
  task(token: string): WaitingTask {
    const task = this.#waiting.get(token);
    if (task) return task;
    if (this.#closed.has(token)) {
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  }
}
