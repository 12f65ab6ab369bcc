/** Ctrl-C or a request to end, while something was going on. What was opened is closed before the process ends. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Runs `work`, whose signal is aborted as Interrupted when somebody wants this process to end. */
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

/** What `work` gives, or the reason of `interrupted` as soon as it is aborted. */
export function unlessInterrupted<T>(interrupted: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    if (interrupted.aborted) reject(interrupted.reason);
    interrupted.addEventListener('abort', () => reject(interrupted.reason), { once: true });
    work.then(resolve, reject);
  });
}

/** Runs `work`, which asks whether somebody pressed Ctrl-C and ends by itself then. */
export async function ignoringInterrupt<T>(work: (interrupted: () => boolean) => Promise<T>): Promise<T> {
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
