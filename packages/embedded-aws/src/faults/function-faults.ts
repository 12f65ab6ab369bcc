import type { Instant } from '../clock/clock.ts';
import type { Happening } from '../wire/service.ts';
import { isNamed } from './is-named.ts';

/**
 * An injected fault of a function: its invocations are throttled, run into their timeout, or crash.
 *
 * A function that times out or crashes has sent `after` requests by then. The account has carried out the last of them,
 * and the function never sees its response.
 */
export type FunctionFault = {
  /** The function's name, or its end after a hyphen. */
  readonly function: string;
  readonly does: FunctionMisbehaviour;
  /** Requests of the invocation; absent: none. Without meaning for a throttled invocation. */
  readonly after?: number | undefined;
} & (
  | { /** The number of invocations. */ readonly times: number }
  | { /** Seconds of the account's clock in which it concerns every invocation. */ readonly for: number }
);
export type FunctionMisbehaviour = 'throttled' | 'times-out' | 'crashes';

type Due = { readonly fault: FunctionFault; readonly until: Instant; left: number; met: boolean };

/** An invocation that a fault ends. */
type Doomed = { readonly name: string; readonly due: Due; requests: number; readonly end: (crashes: boolean) => void };

/** The faults that a rehearsal injected into functions. */
export class FunctionFaults {
  readonly #tell: (happening: Happening) => void;
  readonly #now: () => Instant;
  readonly #due: Due[] = [];
  readonly #doomed = new Set<Doomed>();

  constructor(tell: (happening: Happening) => void, now: () => Instant) {
    this.#tell = tell;
    this.#now = now;
  }

  add(fault: FunctionFault): void {
    const forever = Number.POSITIVE_INFINITY;
    const [left, until] = 'times' in fault ? [fault.times, forever] : [forever, this.#now() + fault.for * 1000];
    this.#due.push({ fault, until, left, met: false });
  }

  /** Returns the faults that have not occurred as often as requested, one sentence each. */
  unmet(): string[] {
    return this.#due.filter(({ left, met }) => (Number.isFinite(left) ? left > 0 : !met)).map(unmetSentence);
  }

  /** Returns whether an invocation is throttled, and counts it. */
  throttles(name: string): boolean {
    const due = this.#find(name, ({ does }) => does === 'throttled');
    if (due) this.#strike(name, due);
    return due !== undefined;
  }

  /**
   * Ends an invocation if a fault is due: now, or after so many of its requests.
   *
   * `end` receives whether it crashes; otherwise it does nothing more until its timeout. The returned function must be
   * called when the invocation has ended. A fault that has not occurred by then concerns the next invocation.
   */
  follow(name: string, end: Doomed['end']): () => void {
    const due = this.#find(name, ({ does }) => does !== 'throttled');
    if (!due) return () => {};
    const doomed: Doomed = { name, due, requests: due.fault.after ?? 0, end };
    due.left -= 1;
    this.#doomed.add(doomed);
    if (doomed.requests === 0) this.#end(doomed);
    return () => {
      if (this.#doomed.delete(doomed)) due.left += 1;
    };
  }

  /**
   * Counts a request of a function that the account has carried out. Returns true if a fault ended the function, so that
   * nobody receives the response.
   *
   * A caller's credentials are those of the function. If two invocations of it run at once, requests of both count.
   */
  answered(name: string): boolean {
    const doomed = [...this.#doomed].find((one) => one.name === name);
    if (!doomed) return false;
    doomed.requests -= 1;
    if (doomed.requests > 0) return false;
    this.#end(doomed);
    return true;
  }

  #end(doomed: Doomed): void {
    this.#doomed.delete(doomed);
    const { name, due, end } = doomed;
    due.met = true;
    this.#told(name, due);
    end(due.fault.does === 'crashes');
  }

  #strike(name: string, due: Due): void {
    due.left -= 1;
    due.met = true;
    this.#told(name, due);
  }

  #told(name: string, { fault: { does } }: Due): void {
    this.#tell({ service: 'account', event: 'FunctionFailed', function: name, does });
  }

  #find(name: string, holds: (fault: FunctionFault) => boolean): Due | undefined {
    const now = this.#now();
    return this.#due.find(
      ({ fault, left, until }) => left > 0 && now < until && isNamed(name, fault.function) && holds(fault),
    );
  }
}

const WORDS: Readonly<Record<FunctionMisbehaviour, string>> = {
  throttled: 'be throttled',
  'times-out': 'time out',
  crashes: 'crash',
};

function unmetSentence({ fault, left }: Due): string {
  const times = Number.isFinite(left) ? `${left} more times` : 'for a while';
  const what = `the function ${fault.function} was due to ${WORDS[fault.does]}`;
  if (!fault.after) return `${what} ${times}, and was not invoked`;
  return `${what} after ${fault.after} requests ${times}, and no invocation sent as many`;
}
