import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, FunctionError, Invocation, Start, ToWorker } from './protocol.ts';
import { followVirtualTime, type Sleep } from './worker-time.ts';

/** One function's runtime: loads the bundle once, then answers one invocation at a time. */
const { entry, exported, time } = workerData as Start;
const account =
  parentPort ??
  (() => {
    throw new Error('worker.ts runs as a worker thread of the embedded account.');
  })();
const say = (message: FromWorker) => account.postMessage(message);

const sleeping = new Map<number, () => void>();
let sleeps = 0;
const sleep: Sleep = (delay, signal) =>
  new Promise((resolve, reject) => {
    const id = sleeps++;
    const rise = () => {
      sleeping.delete(id);
      say({ type: 'rose', sleep: id });
      reject(signal?.reason);
    };
    sleeping.set(id, () => {
      signal?.removeEventListener('abort', rise);
      resolve();
    });
    signal?.addEventListener('abort', rise, { once: true });
    say({ type: 'sleep', sleep: id, delay });
  });

if (time) followVirtualTime(time, sleep);

const loading = load();

account.on('message', async (message: ToWorker) => {
  if (message.type === 'wake') {
    const wake = sleeping.get(message.sleep);
    sleeping.delete(message.sleep);
    return wake?.();
  }
  const handler = await loading;
  if (handler) await answer(handler, message);
});

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

async function load(): Promise<Handler | undefined> {
  const began = performance.now();
  try {
    const module = await import(pathToFileURL(entry).href);
    if (typeof module[exported] !== 'function') throw new Error(`${entry} exports no function named ${exported}.`);
    say({ type: 'ready', initMilliseconds: performance.now() - began });
    return module[exported] as Handler;
  } catch (error) {
    say({ type: 'unloadable', error: functionError(error) });
    return undefined;
  }
}

async function answer(handler: Handler, { payload, context, deadline }: Invocation): Promise<void> {
  try {
    const result = await handler(payload, { ...context, getRemainingTimeInMillis: () => deadline - Date.now() });
    // Lambda's response is JSON: what JSON cannot say (undefined, Map, BigInt) does not leave the function.
    say({ type: 'returned', payload: JSON.parse(JSON.stringify(result ?? null)) });
  } catch (error) {
    say({ type: 'threw', error: functionError(error) });
  }
}

function functionError(thrown: unknown): FunctionError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n').slice(0, 8) };
}
