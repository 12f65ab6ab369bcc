import { expect, test } from 'vitest';
import { semaphore } from '../../src/clock/semaphore.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { type FunctionPlace, type Handler, inProcessRuntime } from '../../src/in-process/runtime.ts';
import type { HttpRequest, HttpResponse } from '../../src/wire/http-service.ts';

const START = Date.parse('2026-03-02T09:00:00Z');
const configuration = {
  name: 'app-close',
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:app-close',
  roleArn: 'arn:aws:iam::000000000000:role/app-close',
  folder: '',
  handler: 'index.handler',
  timeoutSeconds: 60,
  memoryMegabytes: 128,
  environment: {},
};
const request: HttpRequest = { method: 'POST', path: '/', headers: {}, body: Buffer.from('{}') };
const response: HttpResponse = { status: 200, headers: {}, body: '{}' };

/** Starts a function on a virtual clock. `carried` counts its requests that reached the account. */
function started(make: (place: FunctionPlace) => Handler) {
  const clock = new VirtualClock(START);
  const carried: HttpRequest[] = [];
  const carry = async (one: HttpRequest) => {
    carried.push(one);
    return response;
  };
  const surroundings = { clock, acquire: semaphore(1), ready: () => {}, log: () => {} };
  const runtime = inProcessRuntime(make, carry)({ configuration, environment: { TABLE: 'state' }, ...surroundings });
  return {
    clock,
    carried,
    runtime,
    invoke: (payload?: unknown) => runtime.invoke(payload ?? {}, { awsRequestId: 'r' }),
  };
}

test('a function has its variables, and returns what JSON can hold', async () => {
  const { invoke } = started(({ environment }) => async (event) => ({
    event,
    table: environment['TABLE'],
    gone: undefined,
  }));
  expect(await invoke({ a: 1 })).toEqual({ payload: { event: { a: 1 }, table: 'state' } });
});

test('a function’s error has its name and message, as a state machine matches them', async () => {
  const { invoke } = started(() => async () => {
    throw new RangeError('too far');
  });
  expect(await invoke()).toMatchObject({ error: { errorType: 'RangeError', errorMessage: 'too far' } });
});

test('a function that cannot be made fails every invocation', async () => {
  const { invoke } = started(() => {
    throw new Error('TABLE is not set');
  });
  expect(await invoke()).toMatchObject({ error: { errorMessage: 'TABLE is not set' } });
});

test('a sleep takes time of the account’s clock only', async () => {
  const { clock, invoke } = started(({ now, sleep }) => async () => {
    await sleep(50_000);
    return now() - START;
  });
  const invoked = invoke();
  await clock.run(START + 3_600_000);
  expect(await invoked).toEqual({ payload: 50_000 });
});

test('two sleeps at once end after the longer one', async () => {
  const { clock, invoke } = started(({ now, sleep }) => async () => {
    await Promise.all([sleep(10_000), sleep(30_000)]);
    return now() - START;
  });
  const invoked = invoke();
  await clock.run(START + 3_600_000);
  expect(await invoked).toEqual({ payload: 30_000 });
});

test('time does not pass while a function computes', async () => {
  const { clock, invoke } = started(({ now }) => async () => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    return now() - START;
  });
  const invoked = invoke();
  clock.at(START + 1, () => {});
  await clock.run(START + 3_600_000);
  expect(await invoked).toEqual({ payload: 0 });
});

test('an invocation that timed out is Lambda’s own error, never continues, and sends no later request', async () => {
  let continued = false;
  const { clock, carried, runtime, invoke } = started(({ sleep, carry }) => async () => {
    await carry(request);
    await sleep(61_000);
    continued = true;
    await carry(request);
  });
  const invoked = invoke();
  await clock.run(START + 3_600_000);
  expect(await invoked).toMatchObject({ error: { errorType: 'Sandbox.Timedout' } });
  expect({ continued, requests: carried.length, alive: runtime.alive() }).toEqual({
    continued: false,
    requests: 1,
    alive: false,
  });
});

test('a request of an invocation that timed out is refused, even if its code continues by itself', async () => {
  let later: (() => Promise<unknown>) | undefined;
  const { clock, carried, invoke } = started(({ sleep, carry }) => async () => {
    later = () => carry(request);
    await sleep(61_000);
  });
  const invoked = invoke();
  await clock.run(START + 3_600_000);
  await invoked;
  const settled = await Promise.race([later?.(), new Promise((resolve) => setImmediate(() => resolve('not settled')))]);
  expect({ settled, requests: carried.length }).toEqual({ settled: 'not settled', requests: 0 });
});

test('a killed function ends with the error, and no later request of it reaches the account', async () => {
  const { invoke, runtime, carried } = started(({ carry }) => async () => {
    await carry(request);
    runtime.kill({ errorType: 'Runtime.ExitError', errorMessage: 'gone', trace: [] });
    await carry(request);
  });
  expect(await invoke()).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
  await new Promise((resolve) => setImmediate(resolve));
  expect([carried.length, runtime.alive()]).toEqual([1, false]);
});

test('a function killed without an error runs into its timeout, and time passes meanwhile', async () => {
  const { invoke, runtime, clock } = started(({ carry }) => async () => {
    runtime.kill(undefined);
    await carry(request);
  });
  const invoked = invoke();
  await clock.run(START + 60_000);
  expect(await invoked).toMatchObject({ error: { errorType: 'Sandbox.Timedout' } });
});

test('a function killed before its handler began does not begin', async () => {
  let began = 0;
  const { invoke, runtime } = started(() => async () => {
    began += 1;
  });
  const invoked = invoke();
  runtime.kill({ errorType: 'Runtime.ExitError', errorMessage: 'gone', trace: [] });
  await invoked;
  expect(began).toBe(0);
});

test('a response reaches a function after the events that its request set off, however many steps the client takes', async () => {
  const orderWith = async (steps: number): Promise<string[]> => {
    const order: string[] = [];
    /** A request that starts an execution: the account answers at once and works on. */
    const carry = async () => {
      void afterSteps(20).then(() => order.push('the execution ended'));
      return response;
    };
    const make = (place: FunctionPlace) => async () => {
      await place.carry(request);
      await afterSteps(steps);
      order.push('the function went on');
    };
    const surroundings = { clock: new VirtualClock(START), acquire: semaphore(1), ready: () => {}, log: () => {} };
    const runtime = inProcessRuntime(make, carry)({ configuration, environment: {}, ...surroundings });
    await runtime.invoke({}, { awsRequestId: 'r' });
    return order;
  };
  expect(await orderWith(0)).toEqual(['the execution ended', 'the function went on']);
  expect(await orderWith(50)).toEqual(['the execution ended', 'the function went on']);
});

async function afterSteps(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await undefined;
}
