import { describe, expect, test } from 'vitest';
import { realClock } from '../../src/clock/clock.ts';
import { functionsUnder, machine, START, underVirtualTime } from './functions-account.ts';

describe('an invocation', () => {
  test('passes the payload to the handler and returns its result', async () => {
    const { create, invoke } = await underVirtualTime();
    await create('echo', 'export const handler = async (event) => ({ heard: event });');
    expect(await invoke('echo', { severity: 'HIGH' })).toEqual({ heard: { severity: 'HIGH' } });
  });

  test('of a published version returns the version that ran', async () => {
    const { create, functions } = await underVirtualTime();
    const version = await create('echo', 'export const handler = async (_, { functionVersion }) => functionVersion;');
    expect(await functions.invoke(version, {}, machine)).toMatchObject({ payload: '1', version: '1' });
  });

  test('gives the handler its name, version, ARN, memory and request id', async () => {
    const { create, invoke } = await underVirtualTime();
    const version = await create('who', 'export const handler = async (_, context) => context;');
    expect(await invoke(version)).toEqual({
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      functionName: 'who',
      functionVersion: '1',
      invokedFunctionArn: version,
      memoryLimitInMB: '128',
    });
  });

  test('returns null for undefined, and leaves out values without a JSON form', async () => {
    const { create, invoke } = await underVirtualTime();
    await create('nothing', 'export const handler = async () => undefined;');
    await create('odd', 'export const handler = async () => ({ a: undefined, b: new Map([[1, 2]]), c: new Date(0) });');
    expect([await invoke('nothing'), await invoke('odd')]).toEqual([null, { b: {}, c: '1970-01-01T00:00:00.000Z' }]);
  });

  test('is reported to watchers with its caller', async () => {
    const { create, invoke, happenings } = await underVirtualTime();
    await create('echo', 'export const handler = async () => 1;');
    await invoke('echo');
    expect(happenings).toContainEqual(
      expect.objectContaining({ service: 'lambda', event: 'Invoked', function: 'echo', caller: machine.arn }),
    );
  });

  test('of another handler than index.handler runs that one', async () => {
    const { create, invoke } = await underVirtualTime();
    await create('named', 'export const release = async () => "released";', { handler: 'index.release' });
    expect(await invoke('named')).toBe('released');
  });

  test.each([
    ['an unknown function', 'arn:aws:lambda:us-east-1:000000000000:function:nobody'],
    ['a version that was not published', 'arn:aws:lambda:us-east-1:000000000000:function:echo:2'],
    ['version 0', 'arn:aws:lambda:us-east-1:000000000000:function:echo:0'],
    ['half a version', 'arn:aws:lambda:us-east-1:000000000000:function:echo:0.5'],
    ['an alias', 'arn:aws:lambda:us-east-1:000000000000:function:echo:live'],
  ])('of %s is refused with Lambda’s error', async (_, name) => {
    const { create, functions } = await underVirtualTime();
    await create('echo', 'export const handler = async () => 1;');
    await expect(functions.invoke(name, {}, machine)).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: `Function not found: ${name.replace(/:function:[^:]+$/, '$&:$LATEST')}`,
    });
  });
});

describe('a function’s environment', () => {
  test('has its own variables and those that Lambda adds', async () => {
    const { create, invoke } = await underVirtualTime();
    await create('env', 'export const handler = async () => process.env;', { environment: { STATE_TABLE: 'state' } });
    expect(await invoke('env')).toEqual({ AWS_LAMBDA_FUNCTION_NAME: 'env', STATE_TABLE: 'state' });
  });

  test('has no variables of other functions or of the account', async () => {
    const { create, invoke } = await underVirtualTime();
    await create('one', 'export const handler = async () => { process.env.LEFT = "here"; };');
    await create('other', 'export const handler = async () => process.env.LEFT ?? "nothing";');
    await invoke('one');
    expect([await invoke('other'), process.env['LEFT']]).toEqual(['nothing', undefined]);
  });
});

describe('a runtime', () => {
  const counting = 'let calls = 0; export const handler = async () => ++calls;';

  test('is used again, with the state of its module', async () => {
    const { create, invoke } = await underVirtualTime();
    await create('count', counting);
    expect([await invoke('count'), await invoke('count')]).toEqual([1, 2]);
  });

  test('runs one invocation at a time; a concurrent invocation has another runtime', async () => {
    const { create, functions, invoke } = await underVirtualTime();
    await create('count', counting);
    expect(await Promise.all([invoke('count'), invoke('count')])).toEqual([1, 1]);
    expect(functions.initMilliseconds()['count']).toHaveLength(2);
  });

  test('that broke while it was idle is replaced', async () => {
    const { create, invoke } = await underVirtualTime();
    await create('late', `${counting}\nsetTimeout(() => { throw new Error('late'); }, 20);`);
    await invoke('late');
    // Until it breaks it counts on.
    await expect.poll(() => invoke('late'), { interval: 100, timeout: 100_000 }).toBe(1);
  });
});

describe('a function that fails', () => {
  test('is reported by the name and message of its error', async () => {
    const { create, failure } = await underVirtualTime();
    await create(
      'busy',
      `class FleetBusy extends Error { name = 'FleetBusy'; }
       export const handler = async () => { throw new FleetBusy('host-2 holds it'); };`,
    );
    expect(await failure('busy')).toMatchObject({
      errorType: 'FleetBusy',
      errorMessage: 'host-2 holds it',
      trace: expect.arrayContaining(['FleetBusy: host-2 holds it']),
    });
  });

  // aws-lambda-nodejs-runtime-interface-client, src/Errors.js, toRapidResponse
  test('by throwing a value that is not an Error is reported by its type', async () => {
    const { create, failure } = await underVirtualTime();
    await create('text', 'export const handler = async () => { throw "no"; };');
    expect(await failure('text')).toEqual({ errorType: 'string', errorMessage: 'no', trace: [] });
  });

  test('keeps its runtime', async () => {
    const { create, failure, invoke } = await underVirtualTime();
    await create(
      'count',
      'let calls = 0; export const handler = async ({ fail }) => { calls++; if (fail) throw new Error("no"); return calls; };',
    );
    await failure('count', { fail: true });
    expect(await invoke('count', {})).toBe(2);
  });

  test('to load returns the reason on every invocation', async () => {
    const { create, failure } = await underVirtualTime();
    await create('broken', 'import "./not-there.mjs"; export const handler = async () => 1;');
    const failures = [await failure('broken'), await failure('broken')];
    for (const { errorMessage } of failures) expect(errorMessage).toMatch(/Cannot find module .*not-there\.mjs/);
  });

  test('because the bundle lacks the handler names that handler', async () => {
    const { create, failure } = await underVirtualTime();
    await create('empty', 'export const other = 1;');
    expect((await failure('empty')).errorMessage).toMatch(/index\.mjs exports no function named handler\.$/);
  });

  test('because it ends its process is a runtime error, and the next invocation has a new runtime', async () => {
    const { create, failure, invoke } = await underVirtualTime();
    await create('exit', 'export const handler = async ({ exit }) => { if (exit) process.exit(3); return "well"; };');
    expect(await failure('exit', { exit: true })).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('Runtime exited'),
    });
    expect(await invoke('exit')).toBe('well');
  });

  test('because it exceeds its memory is a runtime error, and the account continues', async () => {
    const { create, failure, invoke } = await underVirtualTime();
    const hoard = `export const handler = async ({ hoard }) => {
      const kept = [];
      while (hoard) kept.push(Array.from({ length: 10_000 }, (_, i) => ({ i })));
      return 'well';
    };`;
    await create('hoard', hoard, { memoryMegabytes: 16 });
    expect(await failure('hoard', { hoard: true })).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('memory'),
    });
    expect(await invoke('hoard')).toBe('well');
  });
});

describe('a function that takes longer than its timeout', () => {
  const slow = `import { setTimeout } from 'node:timers/promises';
    let calls = 0;
    export const handler = async ({ ms }) => { calls++; await setTimeout(ms); return calls; };`;

  test('fails with Lambda’s error at its timeout', async () => {
    const { clock, create, failure } = await underVirtualTime();
    await create('slow', slow, { timeoutSeconds: 5 });
    const failed = failure('slow', { ms: 60_000 });
    await clock.run(START + 4_999);
    let over = false;
    void failed.then(() => {
      over = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(over).toBe(false);
    await clock.run(START + 5_000);
    expect(await failed).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 5\.00 seconds$/),
      trace: [],
    });
  });

  test('loses its runtime: the next invocation has a new one', async () => {
    const { clock, create, failure, functions, invoke } = await underVirtualTime();
    await create('slow', slow, { timeoutSeconds: 5 });
    const failed = failure('slow', { ms: 60_000 });
    await clock.run(START + 5_000);
    await failed;
    const next = invoke('slow', { ms: 1 });
    await clock.run(START + 6_000);
    expect([await next, functions.initMilliseconds()['slow']?.length]).toEqual([1, 2]);
  });

  test('can read its remaining time', async () => {
    const { clock, create, invoke } = await underVirtualTime();
    await create(
      'left',
      `import { setTimeout } from 'node:timers/promises';
       export const handler = async (_, context) => {
         const before = context.getRemainingTimeInMillis();
         await setTimeout(1500);
         return [before, context.getRemainingTimeInMillis()];
       };`,
      { timeoutSeconds: 5 },
    );
    const left = invoke('left');
    await clock.run(START + 60_000);
    expect(await left).toEqual([5000, 3500]);
  });

  // The virtual clock is stopped while the function computes, so a timeout by that clock would never occur.
  test('by computing in real time fails too, and other functions continue', async () => {
    const { create, failure, invoke } = await underVirtualTime();
    await create('endless', 'export const handler = async () => { for (;;); };', { timeoutSeconds: 1 });
    await create('echo', 'export const handler = async () => "well";');
    expect((await failure('endless')).errorType).toBe('Sandbox.Timedout');
    expect(await invoke('echo')).toBe('well');
  });

  test('fails under the real clock as well', async () => {
    const { create, failure } = await functionsUnder(realClock());
    await create('slow', slow, { timeoutSeconds: 0.2 });
    expect((await failure('slow', { ms: 60_000 })).errorType).toBe('Sandbox.Timedout');
  });
});

test('the console output of a function is reported to watchers, line by line', async () => {
  const { create, functions, invoke, happenings } = await underVirtualTime();
  await create(
    'log',
    'export const handler = async () => { console.log("sent step\\nfleet reported"); console.error("odd"); };',
  );
  await invoke('log');
  await functions.close();
  await expect
    .poll(() => happenings.filter(({ event }) => event === 'Logged').map(({ line }) => line))
    .toEqual(['sent step', 'fleet reported', 'odd']);
});

describe('a function with reserved concurrency', () => {
  const slow = `import { setTimeout } from 'node:timers/promises'; export const handler = () => setTimeout(1000, 'done');`;

  test('is throttled beyond it with Lambda’s error', async () => {
    const { create, functions, clock } = await underVirtualTime();
    await create('reconcile', slow, { reservedConcurrency: 1 });
    const first = functions.invoke('reconcile', {}, machine);
    await expect(functions.invoke('reconcile', {}, machine)).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      statusCode: 429,
    });
    await clock.run(START + 2000);
    expect((await first).payload).toBe('done');
  });

  test('runs again after an invocation has ended', async () => {
    const { create, functions, clock } = await underVirtualTime();
    await create('reconcile', slow, { reservedConcurrency: 1 });
    for (const second of [2, 4]) {
      const one = functions.invoke('reconcile', {}, machine);
      await clock.run(START + second * 1000);
      expect((await one).payload).toBe('done');
    }
  });
});

describe('an injected fault', () => {
  const slow = `import { setTimeout } from 'node:timers/promises'; export const handler = () => setTimeout(1000, 'done');`;

  test('throttles an invocation with Lambda’s error, and it counts as a throttle', async () => {
    const { create, functions, faults, counted } = await underVirtualTime();
    await create('app-close', slow);
    faults.add({ function: 'close', does: 'throttled', times: 1 });
    const error = { name: 'TooManyRequestsException', statusCode: 429 };
    await expect(functions.invoke('app-close', {}, machine)).rejects.toMatchObject(error);
    expect(counted).toEqual([['Throttles', 'app-close']]);
  });

  test('crashes an invocation with Lambda’s error, and the next one has a new runtime', async () => {
    const { create, failure, faults, clock, functions } = await underVirtualTime();
    await create('app-close', slow);
    faults.add({ function: 'close', does: 'crashes', times: 1 });
    expect(await failure('app-close')).toMatchObject({ errorType: 'Runtime.ExitError' });
    const next = functions.invoke('app-close', {}, machine);
    await clock.run(START + 2000);
    expect((await next).payload).toBe('done');
  });

  test('lets an invocation run into its timeout', async () => {
    const { create, failure, faults, clock } = await underVirtualTime();
    await create('app-close', slow, { timeoutSeconds: 30 });
    faults.add({ function: 'close', does: 'times-out', times: 1 });
    const failed = failure('app-close');
    await clock.run(START + 29_999);
    expect(await Promise.race([failed, 'still running'])).toBe('still running');
    await clock.run(START + 30_000);
    expect(await failed).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });
});

describe('an event for a function', () => {
  test('is accepted at once, and a failure of the function is reported', async () => {
    const { create, functions, clock, happenings } = await underVirtualTime();
    await create('fails', `export const handler = () => { throw new Error('cannot'); };`);
    functions.invokeLater('fails', {}, machine);
    await clock.run(START + 1000);
    expect(happenings).toContainEqual(
      expect.objectContaining({ event: 'InvocationFailed', function: 'fails', message: 'Error: cannot' }),
    );
  });

  test('goes to the failure destination with the function’s error, in the function’s role', async () => {
    const { create, functions, clock, failures } = await underVirtualTime();
    await create('fails', `export const handler = () => { throw new Error('cannot'); };`);
    functions.sendFailuresTo('fails', 'arn:aws:sqs:us-east-1:000000000000:failures');
    functions.invokeLater('fails', { minute: 1 }, machine);
    await clock.run(START + 1000);
    expect(failures).toMatchObject([
      {
        queueArn: 'arn:aws:sqs:us-east-1:000000000000:failures',
        roleArn: 'arn:aws:iam::000000000000:role/fails',
        record: {
          version: '1.0',
          requestContext: {
            functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:fails:$LATEST',
            condition: 'RetriesExhausted',
            approximateInvokeCount: 1,
          },
          requestPayload: { minute: 1 },
          responsePayload: { errorType: 'Error', errorMessage: 'cannot' },
        },
      },
    ]);
  });

  test('is retried after one minute and after two more, and then goes to the failure destination', async () => {
    const { create, functions, clock, failures } = await underVirtualTime();
    await create('fails', `export const handler = () => { throw new Error('cannot'); };`);
    functions.sendFailuresTo('fails', 'arn:aws:sqs:us-east-1:000000000000:failures', 2);
    functions.invokeLater('fails', { minute: 1 }, machine);
    await clock.run(START + 179_000);
    expect(failures).toEqual([]);
    await clock.run(START + 181_000);
    expect(failures).toMatchObject([{ record: { requestContext: { approximateInvokeCount: 3 } } }]);
  });

  test('counts as dropped after its last try, and not before', async () => {
    const { create, functions, clock, counted } = await underVirtualTime();
    await create('fails', `export const handler = () => { throw new Error('cannot'); };`);
    functions.sendFailuresTo('fails', 'arn:aws:sqs:us-east-1:000000000000:failures', 2);
    functions.invokeLater('fails', {}, machine);
    const dropped = () => counted.filter(([metric]) => metric === 'AsyncEventsDropped');
    await clock.run(START + 179_000);
    expect(dropped()).toEqual([]);
    await clock.run(START + 181_000);
    expect(dropped()).toEqual([['AsyncEventsDropped', 'fails']]);
  });

  test('does not go to the failure destination if the function succeeds', async () => {
    const { create, functions, clock, failures } = await underVirtualTime();
    await create('succeeds', `export const handler = () => 'done';`);
    functions.sendFailuresTo('succeeds', 'arn:aws:sqs:us-east-1:000000000000:failures');
    functions.invokeLater('succeeds', {}, machine);
    await clock.run(START + 1000);
    expect(failures).toEqual([]);
  });

  test('is refused if there is no such function', async () => {
    const { functions } = await underVirtualTime();
    expect(() => functions.invokeLater('nobody', {}, machine)).toThrow('Function not found: nobody');
  });
});

describe('AWS/Lambda counts', () => {
  test('every invocation and every failed one', async () => {
    const { create, failure, invoke, counted } = await underVirtualTime();
    await create('picky', `export const handler = (ok) => { if (!ok) throw new Error('cannot'); };`);
    await invoke('picky', true);
    await failure('picky', false);
    expect(counted).toEqual([
      ['Invocations', 'picky'],
      ['Invocations', 'picky'],
      ['Errors', 'picky'],
    ]);
  });

  test('a throttled invocation as a throttle and not as an invocation', async () => {
    const { create, functions, counted } = await underVirtualTime();
    await create('never', `export const handler = () => {};`, { reservedConcurrency: 0 });
    await expect(functions.invoke('never', {}, machine)).rejects.toThrow('Rate Exceeded.');
    expect(counted).toEqual([['Throttles', 'never']]);
  });
});
