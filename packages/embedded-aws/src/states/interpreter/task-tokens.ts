import { AwsError } from '../../wire/aws-error.ts';
import type { Payload } from './payload.ts';
import type { StateFailure } from './state-failure.ts';

/** A task that waits for its token, with the calls that the token's holder may make. */
export type WaitingTask = {
  succeed(output: Payload): void;
  fail(failure: StateFailure): void;
  heartbeat(): void;
};

/** The task tokens of the account. Each is valid for one attempt of one task, until that attempt ends. */
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

  /** Returns the task that waits for a token. Throws InvalidToken if it was never issued, TaskTimedOut if it is no longer valid. */
  task(token: string): WaitingTask {
    const task = this.#waiting.get(token);
    if (task) return task;
    if (this.#closed.has(token)) {
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  }
}
