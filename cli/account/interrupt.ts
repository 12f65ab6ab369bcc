/** Error of work that Ctrl-C or a request to end has stopped. All that it opened is closed before the process ends. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Runs `work` with a signal that SIGINT or SIGTERM aborts; the signal's reason is an Interrupted error. */
export async function interruptible<T>(work: (interrupted: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const stop = (signal: NodeJS.Signals) =>
    stopping.abort(new Interrupted(`Interrupted by ${signal}; the embedded account is closed.`));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await work(stopping.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** Returns the result of `work`, or rejects with the reason of `interrupted` as soon as it is aborted. */
export function unlessInterrupted<T>(interrupted: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    if (interrupted.aborted) reject(interrupted.reason);
    interrupted.addEventListener('abort', () => reject(interrupted.reason), { once: true });
    work.then(resolve, reject);
  });
}

/** Runs `work`, which polls whether Ctrl-C was pressed and then returns by itself. */
export async function pollingInterrupt<T>(work: (interrupted: () => boolean) => Promise<T>): Promise<T> {
  let interrupted = false;
  const note = () => {
    interrupted = true;
  };
  process.once('SIGINT', note);
  try {
    return await work(() => interrupted);
  } finally {
    process.off('SIGINT', note);
  }
}
