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
  /** With a token: the integration is done, the token's holder is not. */
  readonly submitted: (result: Payload) => void;
};

/**
 * Runs the integration and waits for the first of: its result (with a token: its holder's word), its failure, the timeout,
 * a missed heartbeat, or the end of the execution. Whatever comes later is ignored, and the integration is told to stop.
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
  #over = false;

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

  /** An integration that throws before its first await fails its task like any other. */
  async #call(): Promise<unknown> {
    const { visit, state, given } = this.#work;
    const { account, stateMachine, arn } = visit.frame.execution;
    const caller = { arn: stateMachine.roleArn, role: stateMachine.roleArn };
    const token = visit.token === undefined ? {} : { token: visit.token };
    const integration = account.integrations[state.resource];
    if (!integration) throw new Error(`${state.resource} has no integration`);
    // A copy: the integration is outside code, and the input is read again by Output and Retry.
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
    if (this.#over) return;
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

  /** Says whether this was the first to end it. */
  #close(): boolean {
    if (this.#over) return false;
    this.#over = true;
    const { frame, token } = this.#work.visit;
    this.#timeout?.cancel();
    this.#heartbeat?.cancel();
    frame.signal.removeEventListener('abort', this.#interrupted);
    if (token !== undefined) frame.execution.account.tokens.close(token);
    return true;
  }
}
