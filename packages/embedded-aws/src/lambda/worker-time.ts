import timers from 'node:timers/promises';

/** Asks the account to wait `delay` ms of its clock; resolves when it has, rejects when the signal is aborted. */
export type Sleep = (delay: number, signal: AbortSignal | undefined) => Promise<void>;

/**
 * Puts the account's virtual time under this thread's `Date` and `node:timers/promises`.
 *
 * Before the bundle is loaded: its import of the module finds what stands there then. (`syncBuiltinESMExports` would do it at
 * any time, and loads Node's fetch for it, 28 ms a thread.)
 *
 * The global setTimeout stays real: the SDK's retries and socket timeouts use it, and they wait for real sockets.
 */
export function followVirtualTime(shared: SharedArrayBuffer, sleep: Sleep): void {
  const time = new Float64Array(shared);
  const RealDate = Date;
  const now = () => time[0] as number;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
  const setTimeout = async <T>(delay?: number, value?: T, options: { signal?: AbortSignal } = {}): Promise<T> => {
    if (options.signal?.aborted) throw abortError(options.signal);
    await sleep(milliseconds(delay), options.signal);
    return value as T;
  };
  Object.assign(timers, { setTimeout });
  Object.assign(timers.scheduler, {
    wait: (delay: number, options?: { signal?: AbortSignal }) => setTimeout(delay, undefined, options),
  });
}

/** A delay as Node takes it: one that is no number from 1 to 2^31 - 1 is 1 (Node.js documentation, Timers). */
const milliseconds = (delay = 1) => (delay >= 1 && delay < 2 ** 31 ? Math.trunc(delay) : 1);

/** What Node's own sleeps reject with, whatever the signal's reason is. */
export const abortError = (signal: AbortSignal): Error =>
  Object.assign(new Error('The operation was aborted', { cause: signal.reason }), {
    name: 'AbortError',
    code: 'ABORT_ERR',
  });
