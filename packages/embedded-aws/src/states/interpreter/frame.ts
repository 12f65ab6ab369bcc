import { type Instant, until } from '../../clock/clock.ts';
import type { Execution } from './execution.ts';
import type { EventDetails, EventType } from './history.ts';
import { Interrupted } from './state-failure.ts';

/** The item of a Map's iteration, in the form of the Context object. */
export type MapItem = { readonly Index: number; readonly Value: unknown };

export type Variables = Readonly<Record<string, unknown>>;

type Start = {
  /** The branch's name in keys of randomness; '' for the machine itself. */
  readonly path: string;
  /** The variables of the outer scopes. They cannot change while this frame runs. */
  readonly variables: Variables;
  readonly previousEvent: number;
  readonly signal: AbortSignal;
  readonly item: MapItem | undefined;
};

/**
 * One sequence of states with its own scope of variables: the machine, a branch, or an iteration.
 *
 * It holds the clock from its creation until `close`, except while it waits.
 */
export class Frame {
  readonly execution: Execution;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly item: MapItem | undefined;
  variables: Variables;
  previousEvent: number;
  /** The number of visits per state, to distinguish visits. */
  readonly #visits = new Map<string, number>();
  #release: () => void;

  constructor(execution: Execution, start: Start) {
    this.execution = execution;
    this.path = start.path;
    this.signal = start.signal;
    this.item = start.item;
    this.variables = start.variables;
    this.previousEvent = start.previousEvent;
    this.#release = execution.account.surroundings.clock.hold();
  }

  /** Whether this is the machine itself, not a branch or an iteration. */
  get isMachine(): boolean {
    return this.path === '';
  }

  close(): void {
    this.#release();
  }

  /** Counts a visit of a state and returns its number. */
  visit(state: string): number {
    const number = (this.#visits.get(state) ?? 0) + 1;
    this.#visits.set(state, number);
    return number;
  }

  record(type: EventType, details: EventDetails, state: string): number {
    this.previousEvent = this.execution.record(type, this.previousEvent, details, state);
    return this.previousEvent;
  }

  /** Writes an event that the next one does not follow: AWS gives both the same previousEventId. */
  recordAside(type: EventType, details: EventDetails, state: string): number {
    return this.execution.record(type, this.previousEvent, details, state);
  }

  /** Waits for something that may take time on the clock. The clock runs meanwhile. */
  async during<T>(waiting: Promise<T>): Promise<T> {
    this.#release();
    try {
      return await waiting;
    } finally {
      this.#release = this.execution.account.surroundings.clock.hold();
    }
  }

  async sleepUntil(instant: Instant): Promise<void> {
    const { clock } = this.execution.account.surroundings;
    if (instant > clock.now()) await this.during(until(clock, instant, this.signal));
    this.throwIfInterrupted();
  }

  /** Throws Interrupted if the execution or the surrounding state has ended. */
  throwIfInterrupted(): void {
    if (this.signal.aborted) throw new Interrupted();
  }
}
