import type { Alarm, Clock, Instant } from './clock.ts';

type Pending = { readonly instant: Instant; readonly order: number; readonly fire: () => void };

/**
 * A clock that stands still while anybody works and jumps to the next promised instant when nobody does.
 *
 * The time lives in shared memory so that worker threads read the same clock without asking.
 */
export class VirtualClock implements Clock {
  /** One float64: the instant. Workers map it as `new Float64Array(shared)`. */
  readonly shared = new SharedArrayBuffer(8);
  readonly #time = new Float64Array(this.shared);
  #pending: Pending[] = [];
  #order = 0;
  #holds = 0;
  /** Who waits until nobody holds the clock. */
  #waiting: (() => void)[] = [];

  constructor(start: Instant) {
    this.#time[0] = start;
  }

  now(): Instant {
    return this.#time[0] as Instant;
  }

  at(instant: Instant, fire: () => void): Alarm {
    if (Number.isNaN(instant)) throw new RangeError('NaN is no instant.');
    const entry: Pending = { instant: Math.max(instant, this.now()), order: this.#order++, fire };
    const after = this.#pending.findIndex((other) => other.instant > entry.instant);
    this.#pending.splice(after === -1 ? this.#pending.length : after, 0, entry);
    return {
      cancel: () => {
        this.#pending = this.#pending.filter((other) => other !== entry);
      },
    };
  }

  hold(): () => void {
    this.#holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      if (this.#holds === 0) for (const wake of this.#waiting.splice(0)) wake();
    };
  }

  /**
   * Lets time pass until `instant`, or until `enough` says so (asked whenever everybody is idle), whichever is first.
   * Resolves with nobody working, so what a caller reads next cannot change under it.
   */
  async run(instant: Instant, enough: () => boolean = () => false): Promise<void> {
    for (;;) {
      await this.#idle();
      if (enough()) return;
      const next = this.#pending[0];
      if (!next || next.instant > instant) {
        this.#time[0] = Math.max(this.now(), instant);
        return;
      }
      this.#pending.shift();
      this.#time[0] = next.instant;
      next.fire();
    }
  }

  /** Nobody holds the clock, and still nobody does after a full turn of the event loop. */
  async #idle(): Promise<void> {
    for (;;) {
      if (this.#holds > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#holds === 0) return;
    }
  }
}
