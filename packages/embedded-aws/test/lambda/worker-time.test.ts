import { describe, expect, test } from 'vitest';
import { realClock } from '../../src/clock/clock.ts';
import { functionsUnder, START, underVirtualTime } from './functions-account.ts';

/** Runs a function that returns this expression, for up to an hour of virtual time. */
async function resultOf(expression: string, imports = ''): Promise<unknown> {
  const { clock, create, invoke } = await underVirtualTime();
  await create('returns', `${imports}\nexport const handler = async () => (${expression});`);
  const result = invoke('returns');
  result.catch(() => {});
  await clock.run(START + 3600_000);
  return result;
}

describe('in a function under the virtual clock', () => {
  test.each([
    ['Date.now() is the account’s time', 'Date.now()', START],
    ['new Date() is the account’s time', 'new Date().toISOString()', '2026-03-02T09:00:00.000Z'],
    ['Date() is the account’s time as text', 'Date() === new Date(Date.now()).toString()', true],
    ['new Date(0) is 1970', 'new Date(0).toISOString()', '1970-01-01T00:00:00.000Z'],
    ['new Date(undefined) is an invalid date', 'Number.isNaN(new Date(undefined).getTime())', true],
    ['Date.UTC is unchanged', 'Date.UTC(2026, 0, 5)', Date.UTC(2026, 0, 5)],
    ['Date.parse is unchanged', 'Date.parse("2026-01-05T09:00:00Z")', Date.parse('2026-01-05T09:00:00Z')],
    ['a date is a Date', 'new Date() instanceof Date', true],
    ['a subclass of Date keeps its class', 'new (class Day extends Date {})().constructor.name', 'Day'],
  ])('%s', async (_, expression, result) => {
    expect(await resultOf(expression)).toEqual(result);
  });

  test.each([
    ['node:timers/promises, by name', "import { setTimeout as sleep } from 'node:timers/promises';", 'sleep(90_000)'],
    ['timers/promises, by name', "import { setTimeout as sleep } from 'timers/promises';", 'sleep(90_000)'],
    ['node:timers/promises, as a whole', "import timers from 'node:timers/promises';", 'timers.setTimeout(90_000)'],
    [
      'require, as bundled CommonJS does',
      "import { createRequire } from 'node:module'; const timers = createRequire(import.meta.url)('timers/promises');",
      'timers.setTimeout(90_000)',
    ],
    ['scheduler.wait', "import { scheduler } from 'node:timers/promises';", 'scheduler.wait(90_000)'],
  ])('a sleep by %s takes the account’s time and no real time', async (_, imports, sleep) => {
    const began = performance.now();
    expect(await resultOf(`${sleep}.then(() => Date.now())`, imports)).toBe(START + 90_000);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  const timers = "import { setTimeout as sleep } from 'node:timers/promises';";

  test('a sleep resolves with its value', async () => {
    expect(await resultOf('sleep(10, "woken")', timers)).toBe('woken');
  });

  // Node's documentation, Timers: any delay that is not a number from 1 to 2147483647 is 1.
  test.each(['0', '-5', 'undefined', 'Number.NaN', '2 ** 31'])('a sleep of %s ms takes 1 ms', async (delay) => {
    expect(await resultOf(`sleep(${delay}).then(() => Date.now())`, timers)).toBe(START + 1);
  });

  test('a sleep that is aborted ends with an AbortError at that time', async () => {
    const aborted = `(async () => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(new Error('enough')), 20);
      return sleep(3600_000, undefined, { signal: stop.signal }).catch(({ name, code }) => [name, code]);
    })()`;
    const { create, invoke } = await underVirtualTime();
    await create('aborted', `${timers}\nexport const handler = async () => ${aborted};`);
    expect(await invoke('aborted')).toEqual(['AbortError', 'ABORT_ERR']);
  });

  test('a sleep whose signal is already aborted does not begin', async () => {
    const refused = 'sleep(60_000, undefined, { signal: AbortSignal.abort() }).catch(({ name }) => [name, Date.now()])';
    expect(await resultOf(refused, timers)).toEqual(['AbortError', START]);
  });

  test('two sleeps at a time are refused, because the account could not distinguish them from computing', async () => {
    await expect(resultOf('Promise.all([sleep(10), sleep(20)])', timers)).rejects.toThrow(
      'already sleeps: the embedded account follows one sleep at a time',
    );
  });

  test('an unfinished sleep does not affect the next invocation', async () => {
    const { clock, create, invoke } = await underVirtualTime();
    await create(
      'forgets',
      `${timers}\nexport const handler = async ({ wait }) => { const slept = sleep(60_000); if (wait) await slept; return Date.now(); };`,
    );
    await invoke('forgets', {});
    const second = invoke('forgets', { wait: true });
    await clock.run(START + 3600_000);
    expect(await second).toBe(START + 60_000);
  });

  test('the global setTimeout stays real, because the SDK waits for real sockets with it', async () => {
    const { create, invoke } = await underVirtualTime();
    await create(
      'real',
      'export const handler = () => new Promise((resolve) => setTimeout(() => resolve(Date.now()), 30));',
    );
    expect(await invoke('real')).toBe(START);
  });
});

describe('under the virtual clock, functions', () => {
  const timers = "import { setTimeout as sleep } from 'node:timers/promises';";
  /** Returns the code of a function that counts, in shared memory, how often another one computes at the same time. */
  const work = (name: string) => `${timers}
    const busy = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    export const handler = async ({ seen }) => {
      const log = new Int32Array(seen);
      const enter = async () => {
        const others = Atomics.add(log, 0, 1);
        if (others > 0) Atomics.add(log, 1, 1);
        await busy(30);
        Atomics.sub(log, 0, 1);
      };
      await enter();
      await sleep(1000);
      await enter();
      return '${name}';
    };`;

  test('compute one at a time, and others compute while one sleeps', async () => {
    const { clock, create, invoke } = await underVirtualTime();
    for (const name of ['one', 'two', 'three']) await create(name, work(name));
    const seen = new SharedArrayBuffer(8);
    const results = Promise.all(['one', 'two', 'three'].map((name) => invoke(name, { seen })));
    await clock.run(START + 3600_000);
    const [, overlaps] = new Int32Array(seen);
    expect([await results, overlaps, clock.now()]).toEqual([['one', 'two', 'three'], 0, START + 3600_000]);
  });

  test('sleep at the same time', async () => {
    const { clock, create, invoke } = await underVirtualTime();
    const code = `${timers}\nexport const handler = async () => { await sleep(60_000); return Date.now(); };`;
    for (const name of ['one', 'two']) await create(name, code);
    const results = Promise.all([invoke('one'), invoke('two')]);
    await clock.run(START + 3600_000);
    expect(await results).toEqual([START + 60_000, START + 60_000]);
  });

  test('that wake at the same instant continue in the order in which they began to sleep', async () => {
    const { clock, create, invoke, happenings } = await underVirtualTime();
    const code = (name: string) =>
      `${timers}\nexport const handler = async () => { await sleep(1000); console.log('${name}'); };`;
    for (const name of ['one', 'two', 'three']) await create(name, code(name));
    const ended: string[] = [];
    const all = Promise.all(['two', 'three', 'one'].map((name) => invoke(name).then(() => ended.push(name))));
    await clock.run(START + 3600_000);
    await all;
    expect([ended, happenings.filter(({ event }) => event === 'Invoked').length]).toEqual([['two', 'three', 'one'], 3]);
  });

  test('release their permit if a sleep is aborted while another function computes', async () => {
    const { clock, create, invoke } = await underVirtualTime();
    await create(
      'aborts',
      `${timers}
       export const handler = async () => {
         const stop = new AbortController();
         setTimeout(() => stop.abort(), 100);
         await sleep(3600_000, undefined, { signal: stop.signal }).catch(() => {});
       };`,
    );
    await create('busy', 'export const handler = () => new Promise((resolve) => setTimeout(resolve, 400));');
    await create('next', 'export const handler = async () => "computed";');
    const both = Promise.all([invoke('aborts'), invoke('busy')]);
    await both;
    expect([await invoke('next'), clock.now()]).toEqual(['computed', START]);
  });
});

test('under the real clock a function has the machine’s time, and sleeps for real', async () => {
  const { create, invoke } = await functionsUnder(realClock());
  await create(
    'real',
    `import { setTimeout as sleep } from 'node:timers/promises';
     export const handler = async () => { const began = Date.now(); await sleep(50); return [began, Date.now()]; };`,
  );
  const before = Date.now();
  const [began, ended] = (await invoke('real')) as [number, number];
  expect(began).toBeGreaterThanOrEqual(before);
  expect(ended - began).toBeGreaterThanOrEqual(49);
});
