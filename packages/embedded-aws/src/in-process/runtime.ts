import type { Clock } from '../clock/clock.ts';
import type { Acquire } from '../clock/semaphore.ts';
import type { FunctionConfiguration } from '../lambda/function-configuration.ts';
import { functionError } from '../lambda/function-error.ts';
import type { Result, Runtime, StartRuntime } from '../lambda/runtime.ts';
import { timedOut } from '../lambda/timed-out.ts';
import type { Carry } from './way.ts';

/** The surroundings of a function: its variables, the account's time, and the way to the account. */
export type FunctionPlace = {
  readonly configuration: FunctionConfiguration;
  readonly environment: Readonly<Record<string, string>>;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly carry: Carry;
};
export type Handler = (event: unknown, context: unknown) => Promise<unknown>;
export type MakeHandler = (place: FunctionPlace) => Handler;

/**
 * Runs functions in this process, with handlers that `makeHandler` makes: one per environment, as on Lambda.
 *
 * An invocation that timed out never continues: neither its sleeps nor its requests settle, and no later request of it
 * reaches the account. An endless loop in a function stops the process.
 */
export const inProcessRuntime =
  (makeHandler: MakeHandler, carry: Carry): StartRuntime =>
  ({ configuration, environment, clock, acquire, ready }) => {
    let alive = true;
    let current: Computing | undefined;
    const whileAlive = <Value>(work: Promise<Value>): Promise<Value> =>
      new Promise((resolve, reject) =>
        work.then(
          (value) => alive && resolve(value),
          (error) => alive && reject(error),
        ),
      );
    const handler = madeOrFailed(makeHandler, {
      configuration,
      environment,
      now: () => clock.now(),
      sleep: (milliseconds) => whileAlive(current ? current.sleep(milliseconds) : never()),
      carry: (request) => {
        if (!alive) return never();
        return whileAlive(current ? current.request(carry(request)) : carry(request));
      },
    });
    ready(0);
    let kill: Runtime['kill'] = () => {};
    const invoke: Runtime['invoke'] = async (payload, context) => {
      const deadline = clock.now() + configuration.timeoutSeconds * 1000;
      const { promise: ended, resolve: end } = Promise.withResolvers<Result>();
      let computing: Computing | undefined;
      kill = (error) => {
        alive = false;
        if (error) end({ error });
        else computing?.end();
      };
      computing = await computingOn(clock, acquire);
      current = computing;
      const timeout = clock.at(deadline, () => {
        alive = false;
        end({ error: timedOut(configuration, String(context['awsRequestId'])) });
      });
      const full = { ...context, getRemainingTimeInMillis: () => deadline - clock.now() };
      if (!alive) computing.end(); // killed before it began
      const working = alive ? resultOf(handler, structuredClone(payload), full) : never<Result>();
      const result = await Promise.race([ended, working]);
      timeout.cancel();
      computing.end();
      return result;
    };
    return {
      alive: () => alive,
      kill: (error) => kill(error),
      invoke,
      close: async () => {
        alive = false;
      },
    };
  };

const never = <Value>(): Promise<Value> => new Promise(() => {});

/** A handler that could not be made fails every invocation, as a bundle does that does not load. */
function madeOrFailed(makeHandler: MakeHandler, place: FunctionPlace): Handler {
  try {
    return makeHandler(place);
  } catch (error) {
    return async () => {
      throw error;
    };
  }
}

async function resultOf(handler: Handler, payload: unknown, context: unknown): Promise<Result> {
  try {
    const result = await handler(payload, context);
    // Lambda's response is JSON: values without a JSON form (undefined, Map, BigInt) do not leave the function.
    return { payload: JSON.parse(JSON.stringify(result ?? null)) };
  } catch (error) {
    return { error: functionError(error) };
  }
}

/** Returns a delay as Node uses it: any that is not a number from 1 to 2^31 - 1 is 1 (Node.js documentation, Timers). */
const wholeMilliseconds = (delay: number) => (delay >= 1 && delay < 2 ** 31 ? Math.trunc(delay) : 1);

/**
 * Resolves once the account has done what was possible so far. A function goes on only then, after a response and after a
 * permit: otherwise the steps of its client, whose number differs with what it has cached, decide which event comes first.
 */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

type Computing = {
  sleep(milliseconds: number): Promise<void>;
  /** Follows a request, so that the invocation counts as computing until the response is there. */
  request<Value>(work: Promise<Value>): Promise<Value>;
  end(): void;
};

/**
 * Follows one invocation: while it computes, it holds the clock and a permit to compute; while it sleeps, neither.
 *
 * If two of its calls sleep at once, as two retries may, the first that wakes computes until it waits for the other.
 */
async function computingOn(clock: Clock, acquire: Acquire): Promise<Computing> {
  let held: { readonly clock: () => void; readonly permit: () => void } | undefined;
  let taking: Promise<void> | undefined;
  let [sleeping, requests, over] = [0, 0, false];
  const leave = () => {
    held?.permit();
    held?.clock();
    held = undefined;
  };
  const take = async () => {
    const release = clock.hold();
    held = { clock: release, permit: await acquire() };
    await nextTurn();
    taking = undefined;
    if (over) leave();
  };
  const resume = () => {
    taking ??= take();
    return taking;
  };
  /** Leaves as soon as nothing but other sleeps can continue the invocation: its code ran on, and no request is open. */
  const leaveIfWaiting = async () => {
    while (held && sleeping > 0) {
      await nextTurn();
      if (requests === 0 && sleeping > 0) leave();
    }
  };
  await resume();
  return {
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        sleeping += 1;
        clock.at(clock.now() + wholeMilliseconds(milliseconds), async () => {
          if (over) return;
          if (!held) await resume();
          sleeping -= 1;
          resolve();
          void leaveIfWaiting();
        });
        leave();
      }),
    request: (work) => {
      requests += 1;
      return work.finally(async () => {
        await nextTurn();
        requests -= 1;
      });
    },
    end: () => {
      over = true;
      leave();
    },
  };
}
