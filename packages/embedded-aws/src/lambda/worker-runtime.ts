import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../clock/clock.ts';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { computation } from './computation.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { FromWorker, FunctionError, Start } from './protocol.ts';
import type { Result, Runtime, Wiring } from './runtime.ts';
import { timedOut } from './timed-out.ts';
import { workerCode } from './worker-code.ts';

/** By default Node keeps up to three times 64 MB of garbage per thread; an invocation produces a few MB. */
const YOUNG_MEGABYTES = 12;

/** Starts a worker thread for a function. The bundle is loaded at once, before the first invocation. */
export function startWorkerRuntime({ configuration, environment, clock, acquire, ready, log }: Wiring): Runtime {
  const worker = startWorker(configuration, environment, clock);
  createInterface({ input: worker.stdout }).on('line', log);
  createInterface({ input: worker.stderr }).on('line', log);
  let alive = true;
  let handle: (message: FromWorker) => void = () => {};
  let broken: FunctionError | undefined;
  let silence = () => {};
  const stop = () => {
    alive = false;
    return worker.terminate();
  };
  const fail = (error: FunctionError) => {
    alive = false;
    broken = error;
    handle({ type: 'threw', error });
  };
  hear(worker, { ready, fail: (error) => alive && fail(error), message: (message) => handle(message) });

  return {
    alive: () => alive,
    close: stop,
    kill: (error) => {
      stop();
      error ? handle({ type: 'threw', error }) : silence();
    },
    invoke: (payload, context) =>
      new Promise((resolve) => {
        const deadline = clock.now() + configuration.timeoutSeconds * 1000;
        const timeIsUp = () => {
          stop();
          end({ error: timedOut(configuration, String(context['awsRequestId'])) });
        };
        const timeout = clock.at(deadline, timeIsUp);
        const limit = { milliseconds: configuration.timeoutSeconds * 1000, exceeded: timeIsUp };
        const computing = computation({ clock, acquire, limit, post: (message) => worker.postMessage(message) });
        const end = (result: Result) => {
          timeout.cancel();
          computing.end();
          handle = () => {};
          resolve(result);
        };
        handle = (message) => {
          if (message.type === 'returned') end({ payload: message.payload });
          else if (message.type === 'threw') end({ error: message.error });
          else if (message.type === 'sleep') computing.sleep(message.sleep, message.delay);
          else if (message.type === 'rose') computing.rise(message.sleep);
        };
        silence = computing.end;
        if (broken) return end({ error: broken });
        computing.begin({ type: 'invoke', payload, deadline, context });
      }),
  };
}

type Hearing = {
  readonly ready: Wiring['ready'];
  readonly fail: (error: FunctionError) => void;
  readonly message: (message: FromWorker) => void;
};

function hear(worker: Worker, { ready, fail, message: handle }: Hearing): void {
  worker.on('message', (message: FromWorker) => {
    if (message.type === 'ready') return ready(message.initMilliseconds);
    if (message.type === 'unloadable') return fail(message.error);
    handle(message);
  });
  worker.on('error', (error) => fail(runtimeError(error.message)));
  worker.on('exit', () => fail(runtimeError('Runtime exited without providing a reason')));
}

function startWorker(
  configuration: FunctionConfiguration,
  environment: Readonly<Record<string, string>>,
  clock: Clock,
): Worker {
  const compileCache = process.env['NODE_COMPILE_CACHE'];
  const [file = 'index', exported = 'handler'] = configuration.handler.split('.');
  const start: Start = {
    entry: join(configuration.folder, `${file}.mjs`),
    exported,
    ...(clock instanceof VirtualClock ? { time: clock.shared } : {}),
    ...(compileCache === undefined ? {} : { compileCache }),
  };
  return new Worker(workerCode(), {
    eval: true,
    workerData: start,
    env: { ...environment },
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxOldGenerationSizeMb: configuration.memoryMegabytes,
      maxYoungGenerationSizeMb: YOUNG_MEGABYTES,
    },
  });
}

const runtimeError = (errorMessage: string): FunctionError => ({
  errorType: 'Runtime.ExitError',
  errorMessage,
  trace: [],
});
