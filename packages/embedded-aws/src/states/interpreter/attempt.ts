import type { Alarm } from '../../clock/clock.ts';
import type { TaskState } from './machine.ts';
import { type Payload, payload } from './payload.ts';
import { Interrupted, TaskTimeout } from './state-failure.ts';
import type { Visit } from './visit.ts';

/** One attempt at a task. */
export type Attempt = {
  readonly visit: Visit;
  readonly state: TaskState;
  readonly given: Payload;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  /** Called if the task waits for a token and the integration has returned. */
  readonly submitted: (result: Payload) => void;
};

/**
 * Runs the integration of a task and waits for its end.
 *
 * The attempt ends with the first of: the result, the failure, the timeout, a missed heartbeat, or the end of the
 * execution. With a token, the result is the one that the token's holder sends. Later events are ignored, and the
 * integration's signal is aborted.
 */
export function attempt(work: Attempt): Promise<Payload> {
  return new Promise((resolve, reject) => new Race(work, resolve, reject).start());
}

class Race {
  readonly #work: Attempt;
  readonly #resolve: (result: Payload) => void;
  readonly #reject: (failure: unknown) => void;
  readonly #stop = new AbortController();
  readonly #interrupted = () => this.#fail(new Interrupted());
  #timeout: Alarm | undefined;
  #heartbeat: Alarm | undefined;
  #ended = false;

  constructor(work: Attempt, resolve: (result: Payload) => void, reject: (failure: unknown) => void) {
    this.#work = work;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const { frame } = this.#work.visit;
    this.#timeout = this.#alarm('TimeoutSeconds', this.#work.timeoutSeconds);
    this.#beat();
    frame.signal.addEventListener('abort', this.#interrupted, { once: true });
    this.#openToken();
    this.#call()
      .then((result) => this.#done(payload(result)))
      .catch((failure) => this.#fail(failure));
  }

  /** Calls the integration. An error before its first await fails the task like any other. */
  async #call(): Promise<unknown> {
    const { visit, state, given } = this.#work;
    const { account, stateMachine, arn } = visit.frame.execution;
    const caller = { arn: stateMachine.roleArn, role: stateMachine.roleArn };
    const token = visit.token === undefined ? {} : { token: visit.token };
    const integration = account.integrations[state.resource];
    if (!integration) throw new Error(`${state.resource} has no integration`);
    // A copy, because the integration is outside code, and Output and Retry read the input again.
    const copy: unknown = JSON.parse(given.text);
    return integration({ arguments: copy, caller, signal: this.#stop.signal, executionArn: arn, ...token });
  }

  #openToken(): void {
    const { visit } = this.#work;
    if (visit.token === undefined) return;
    visit.frame.execution.account.tokens.open(visit.token, {
      succeed: (output) => this.#succeed(output),
      fail: (failure) => this.#fail(failure),
      heartbeat: () => this.#beat(),
    });
  }

  #done(result: Payload): void {
    if (this.#ended) return;
    if (this.#work.state.waitsForToken) this.#work.submitted(result);
    else this.#succeed(result);
  }

  #succeed(result: Payload): void {
    if (this.#close()) this.#resolve(result);
  }

  #fail(failure: unknown): void {
    if (!this.#close()) return;
    this.#stop.abort();
    this.#reject(failure);
  }

  #beat(): void {
    this.#heartbeat?.cancel();
    this.#heartbeat = this.#alarm('HeartbeatSeconds', this.#work.heartbeatSeconds);
  }

  #alarm(by: TaskTimeout['by'], seconds: number | undefined): Alarm | undefined {
    if (seconds === undefined) return undefined;
    const { clock } = this.#work.visit.frame.execution.account.surroundings;
    return clock.at(clock.now() + seconds * 1000, () => this.#fail(new TaskTimeout(by)));
  }

  /** Ends the attempt. Returns false if it has already ended. */
  #close(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    const { frame, token } = this.#work.visit;
    this.#timeout?.cancel();
    this.#heartbeat?.cancel();
    frame.signal.removeEventListener('abort', this.#interrupted);
    if (token !== undefined) frame.execution.account.tokens.close(token);
    return true;
  }
}
