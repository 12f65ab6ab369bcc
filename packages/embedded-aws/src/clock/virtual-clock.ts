import type { Alarm, Clock, Instant } from './clock.ts';

type Pending = { readonly instant: Instant; readonly order: number; readonly fire: () => void };

/**
 * A clock that stops while any part of the account works, and otherwise jumps to the next scheduled instant.
 *
 * The time is in shared memory so that worker threads read the same clock without a message.
 */
export class VirtualClock implements Clock {
  /** The instant, as one float64. Worker threads read it as `new Float64Array(shared)`. */
  readonly shared = new SharedArrayBuffer(8);
  readonly #time = new Float64Array(this.shared);
  #pending: Pending[] = [];
  #order = 0;
  #holds = 0;
  /** Callbacks for the end of the last hold. */
  #waiting: (() => void)[] = [];

  constructor(start: Instant) {
    this.#time[0] = start;
  }

  now(): Instant {
    return this.#time[0] as Instant;
  }

  at(instant: Instant, fire: () => void): Alarm {
    if (Number.isNaN(instant))
      throw new RangeError('A call cannot be scheduled for NaN; give milliseconds since 1970.');
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
   * Lets time pass until `instant`, or until `enough` returns true, whichever is first.
   *
   * `enough` is called whenever the account is idle. The promise resolves while the account is idle, so the caller reads
   * a state that does not change meanwhile.
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

  /** Resolves when there is no hold on the clock, and still none after a full turn of the event loop. */
  async #idle(): Promise<void> {
    for (;;) {
      if (this.#holds > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#holds === 0) return;
    }
  }
}
