import type { Alarm, Instant } from '../../clock/clock.ts';
import type { Surroundings } from '../../wire/service.ts';
import type { EventDetails, EventType, HistoryEvent } from './history.ts';
import { errorAndCause, HISTORY_LIMIT, input, output, watchedDetails } from './history.ts';
import type { Integrations } from './integration.ts';
import type { Machine } from './machine.ts';
import type { Payload } from './payload.ts';
import { Interrupted } from './state-failure.ts';
import type { TaskTokens } from './task-tokens.ts';

/** A state machine of the account. */
export type StateMachine = {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly definition: string;
  readonly machine: Machine;
  readonly createdAt: Instant;
};

/** The parts of the account that an execution uses. */
export type Account = {
  readonly surroundings: Surroundings;
  readonly integrations: Integrations;
  readonly tokens: TaskTokens;
  /** Called when an execution has entered a state of its machine. */
  readonly entered?: (execution: Execution) => void;
  /** Called when an execution has started, ended or was redriven. */
  readonly changed?: (execution: Execution) => void;
  /** Called when an execution has ended. */
  readonly ended: (stateMachineArn: string, status: Exclude<Status, 'RUNNING'>) => void;
};

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';

/** The result of an ended execution. */
export type Ending = {
  readonly output?: Payload;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
};

/** The state of the machine that an execution is in: what it begins with if the execution is redriven. */
export type Point = {
  readonly state: string;
  readonly input: Payload;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Counts the states that the execution has entered. */
  readonly visit: number;
};

/** One execution: its history, and the only function that ends it. */
export class Execution {
  readonly account: Account;
  readonly stateMachine: StateMachine;
  readonly name: string;
  readonly arn: string;
  readonly input: Payload;
  readonly startedAt: Instant;
  readonly history: HistoryEvent[] = [];
  /** Resolves when the execution has ended with any status. */
  finished: Promise<void>;
  /** States entered plus retries, which is what AWS bills. */
  transitions = 0;
  status: Status = 'RUNNING';
  stoppedAt: Instant | undefined;
  ending: Ending = {};
  /** Whether it was deleted with its machine: no action finds it any more. */
  isDeleted = false;
  /** The number of times that the execution was redriven. */
  redriveCount = 0;
  point: Point;
  #abort = new AbortController();
  #finish: () => void = () => {};
  #deadline: Alarm | undefined;

  constructor(account: Account, stateMachine: StateMachine, name: string, given: Payload) {
    this.account = account;
    this.stateMachine = stateMachine;
    this.name = name;
    this.arn = `${stateMachine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    this.input = given;
    this.point = { state: stateMachine.machine.startAt, input: given, variables: {}, visit: 0 };
    this.startedAt = account.surroundings.clock.now();
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    const executionStartedEventDetails = { ...input(given.text), roleArn: stateMachine.roleArn };
    this.record('ExecutionStarted', 0, { executionStartedEventDetails });
    this.#limitTime();
    account.changed?.(this);
  }

  /** Notes the state that the execution enters. */
  enter(state: string, input: Payload, variables: Point['variables']): void {
    this.point = { state, input, variables, visit: this.point.visit + 1 };
  }

  /**
   * Runs again after an unsuccessful end. The caller then runs the states from `point`, the state that did not succeed.
   *
   * The time limit begins anew (developer guide, "Redriving executions").
   */
  redrive(): void {
    this.status = 'RUNNING';
    this.stoppedAt = undefined;
    this.ending = {};
    this.redriveCount += 1;
    this.#abort = new AbortController();
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    const executionRedrivenEventDetails = { redriveCount: this.redriveCount };
    this.record('ExecutionRedriven', this.history.length, { executionRedrivenEventDetails });
    this.#limitTime();
    this.account.changed?.(this);
  }

  /** Aborted when the execution ends. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Writes an event and returns its id. Throws Interrupted after the execution's end. */
  record(type: EventType, previousEventId: number, details: EventDetails, state?: string): number {
    if (this.status !== 'RUNNING') throw new Interrupted();
    if (this.history.length === HISTORY_LIMIT - 1) {
      const cause = `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`;
      this.end('FAILED', { error: 'States.Runtime', cause }, previousEventId);
      throw new Interrupted();
    }
    return this.#write(type, previousEventId, details, state);
  }

  /** Ends the execution as its machine's time limit does. */
  timeOut(): void {
    this.end('TIMED_OUT', { error: 'States.Timeout' });
  }

  /**
   * Deletes the execution with its machine: a running one fails first, and the API has it no more (API reference,
   * DeleteStateMachine; AWS re:Post, "State machine stuck in the DELETING status").
   */
  delete(): void {
    this.end('FAILED', {
      error: 'States.Runtime',
      cause: `State machine ${this.stateMachine.name} has been deleted.`,
    });
    this.isDeleted = true;
  }

  /** Ends the execution once. Running states are unwound without running any Catch. */
  end(status: Exclude<Status, 'RUNNING'>, ending: Ending, previousEventId = 0): void {
    if (this.status !== 'RUNNING') return;
    const { type, details } = FINAL_EVENT[status](ending);
    this.#write(type, previousEventId, details);
    this.status = status;
    this.ending = ending;
    this.stoppedAt = this.account.surroundings.clock.now();
    this.#deadline?.cancel();
    this.account.ended(this.stateMachine.arn, status);
    this.account.changed?.(this);
    this.#abort.abort();
    this.#finish();
  }

  #write(type: EventType, previousEventId: number, details: EventDetails, state?: string): number {
    const { clock, tell } = this.account.surroundings;
    const id = this.history.length + 1;
    this.history.push({ timestamp: clock.now() / 1000, type, id, previousEventId, ...details });
    const about = state === undefined ? {} : { state };
    tell({
      service: 'states',
      event: type,
      execution: this.arn,
      machine: this.stateMachine.name,
      ...about,
      ...watchedDetails(details),
    });
    return id;
  }

  #limitTime(): void {
    const seconds = this.stateMachine.machine.timeoutSeconds;
    if (seconds === undefined) return;
    const { clock } = this.account.surroundings;
    this.#deadline = clock.at(clock.now() + seconds * 1000, () => this.timeOut());
  }
}

const FINAL_EVENT: Record<
  Exclude<Status, 'RUNNING'>,
  (ending: Ending) => { type: EventType; details: EventDetails }
> = {
  SUCCEEDED: (ending) => ({
    type: 'ExecutionSucceeded',
    details: { executionSucceededEventDetails: output(ending.output?.text ?? 'null') },
  }),
  FAILED: ({ error, cause }) => ({
    type: 'ExecutionFailed',
    details: { executionFailedEventDetails: errorAndCause(error, cause) },
  }),
  ABORTED: ({ error, cause }) => ({
    type: 'ExecutionAborted',
    details: { executionAbortedEventDetails: errorAndCause(error, cause) },
  }),
  TIMED_OUT: ({ error, cause }) => ({
    type: 'ExecutionTimedOut',
    details: { executionTimedOutEventDetails: errorAndCause(error, cause) },
  }),
};
