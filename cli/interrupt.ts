/** Ctrl-C or a request to end, while something was going on. What was opened is closed before the process ends. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** What `work` gives, or Interrupted as soon as somebody wants this process to end. */
export function untilInterrupted<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (signal: NodeJS.Signals) =>
      reject(new Interrupted(`Interrupted by ${signal}; the embedded account is closed.`));
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    work.then(resolve, reject).finally(() => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    });
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
