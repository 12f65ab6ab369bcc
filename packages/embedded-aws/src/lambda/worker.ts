import http from 'node:http';
import nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { functionError } from './function-error.ts';
import type { FromWorker, Invocation, Start, ToWorker } from './protocol.ts';
import { abortError, followVirtualTime, type Sleep } from './worker-time.ts';

/** The runtime of one function: it loads the bundle once, then runs one invocation at a time. */
const { entry, exported, time, compileCache } = workerData as Start;
const account =
  parentPort ??
  (() => {
    throw new Error('worker.ts runs as a worker thread of the embedded account.');
  })();
const post = (message: FromWorker) => account.postMessage(message);

const sleeping = new Map<number, () => void>();
let sleeps = 0;
const sleep: Sleep = (delay, signal) =>
  new Promise((resolve, reject) => {
    // With two sleeps, the account could not distinguish a function that waits from one that computes.
    if (sleeping.size > 0)
      throw new Error('The function already sleeps: the embedded account follows one sleep at a time.');
    const id = sleeps++;
    const rise = () => {
      sleeping.delete(id);
      post({ type: 'rose', sleep: id });
      if (signal) reject(abortError(signal));
    };
    sleeping.set(id, () => {
      signal?.removeEventListener('abort', rise);
      resolve();
    });
    signal?.addEventListener('abort', rise, { once: true });
    post({ type: 'sleep', sleep: id, delay });
  });

if (time) followVirtualTime(time, sleep);
// The import of node:http, as in the SDK, would load Node's fetch for these three: 30 ms per thread. No function uses them.
for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent']) Reflect.deleteProperty(http, name);

// A function does not see the account's environment, so its thread is told of the cache: a cold start costs 130 ms of
// processor time with it and 190 ms without.
if (compileCache !== undefined) nodeModule.enableCompileCache(compileCache);

const loading = load();

account.on('message', async (message: ToWorker) => {
  if (message.type === 'wake') {
    const wake = sleeping.get(message.sleep);
    sleeping.delete(message.sleep);
    return wake?.();
  }
  const handler = await loading;
  if (handler) await run(handler, message);
});

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

async function load(): Promise<Handler | undefined> {
  const began = performance.now();
  try {
    const module = await import(pathToFileURL(entry).href);
    nodeModule.flushCompileCache(); // Node does it at a thread's end, but the account terminates its threads
    if (typeof module[exported] !== 'function') throw new Error(`${entry} exports no function named ${exported}.`);
    post({ type: 'ready', initMilliseconds: performance.now() - began });
    return module[exported] as Handler;
  } catch (error) {
    post({ type: 'unloadable', error: functionError(error) });
    return undefined;
  }
}

async function run(handler: Handler, { payload, context, deadline }: Invocation): Promise<void> {
  try {
    const result = await handler(payload, { ...context, getRemainingTimeInMillis: () => deadline - Date.now() });
    // Lambda's response is JSON: values without a JSON form (undefined, Map, BigInt) do not leave the function.
    post({ type: 'returned', payload: JSON.parse(JSON.stringify(result ?? null)) });
  } catch (error) {
    post({ type: 'threw', error: functionError(error) });
  } finally {
    sleeping.clear(); // unfinished sleeps end with the invocation
  }
}
