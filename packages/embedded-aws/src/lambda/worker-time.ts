import timers from 'node:timers/promises';

/** Waits `delay` ms of the account's clock. Rejects if the signal is aborted. */
export type Sleep = (delay: number, signal: AbortSignal | undefined) => Promise<void>;

/**
 * Replaces this thread's `Date` and `node:timers/promises` by ones that follow the account's virtual time.
 *
 * Must be called before the bundle is loaded, because the bundle's import takes the module's values of that moment.
 * (`syncBuiltinESMExports` would work at any time, but it loads Node's fetch, 28 ms per thread.)
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

/** Returns a delay as Node uses it: any that is not a number from 1 to 2^31 - 1 is 1 (Node.js documentation, Timers). */
const milliseconds = (delay = 1) => (delay >= 1 && delay < 2 ** 31 ? Math.trunc(delay) : 1);

/** Returns the error that Node's own sleeps reject with, whatever the signal's reason. */
export const abortError = (signal: AbortSignal): Error =>
  Object.assign(new Error('The operation was aborted', { cause: signal.reason }), {
    name: 'AbortError',
    code: 'ABORT_ERR',
  });
