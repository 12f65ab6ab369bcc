import { describe, expect, test } from 'vitest';
import { realClock } from '../../src/clock/clock.ts';
import { functionsUnder, START, underVirtualTime } from './functions-account.ts';

/** What a function answers that returns this expression, once the virtual clock has run for an hour. */
async function answerOf(expression: string, imports = ''): Promise<unknown> {
  const { clock, create, invoke } = await underVirtualTime();
  await create('asked', `${imports}\nexport const handler = async () => (${expression});`);
  const answer = invoke('asked');
  answer.catch(() => {});
  await clock.run(START + 3600_000);
  return answer;
}

describe('in a function under the virtual clock', () => {
  test.each([
    ['Date.now() is the account’s', 'Date.now()', START],
    ['new Date() is the account’s', 'new Date().toISOString()', '2026-03-02T09:00:00.000Z'],
    ['Date() is the account’s, as text', 'Date() === new Date(Date.now()).toString()', true],
    ['new Date(0) is what it says', 'new Date(0).toISOString()', '1970-01-01T00:00:00.000Z'],
    ['new Date(undefined) is no date', 'Number.isNaN(new Date(undefined).getTime())', true],
    ['Date.UTC is untouched', 'Date.UTC(2026, 0, 5)', Date.UTC(2026, 0, 5)],
    ['Date.parse is untouched', 'Date.parse("2026-01-05T09:00:00Z")', Date.parse('2026-01-05T09:00:00Z')],
    ['a date is a Date', 'new Date() instanceof Date', true],
    ['a subclass of Date is itself', 'new (class Day extends Date {})().constructor.name', 'Day'],
  ])('%s', async (_, expression, answer) => {
    expect(await answerOf(expression)).toEqual(answer);
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
  ])('a sleep by %s takes the account’s time, and none', async (_, imports, sleep) => {
    const began = performance.now();
    expect(await answerOf(`${sleep}.then(() => Date.now())`, imports)).toBe(START + 90_000);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  const timers = "import { setTimeout as sleep } from 'node:timers/promises';";

  test('a sleep gives back the value it was given', async () => {
    expect(await answerOf('sleep(10, "woken")', timers)).toBe('woken');
  });

  // Timers, in Node's documentation: a delay that is no number from 1 to 2147483647 is 1.
  test.each(['0', '-5', 'undefined', 'Number.NaN', '2 ** 31'])('a sleep of %s ms is one of 1 ms', async (delay) => {
    expect(await answerOf(`sleep(${delay}).then(() => Date.now())`, timers)).toBe(START + 1);
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

  test('a sleep whose signal was aborted before does not begin', async () => {
    const refused = 'sleep(60_000, undefined, { signal: AbortSignal.abort() }).catch(({ name }) => [name, Date.now()])';
    expect(await answerOf(refused, timers)).toEqual(['AbortError', START]);
  });

  test('two sleeps at a time are refused, since the account could not tell who still computes', async () => {
    await expect(answerOf('Promise.all([sleep(10), sleep(20)])', timers)).rejects.toThrow(
      'already sleeps: the embedded account follows one sleep at a time',
    );
  });

  test('a sleep that was left behind does not disturb the next invocation', async () => {
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

  test('the global setTimeout stays real: the SDK waits for real sockets with it', async () => {
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
  /** Both write to the same shared log, which is the account's own: console lines in the order they were told. */
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

  test('compute one at a time; one that sleeps lets the others', async () => {
    const { clock, create, invoke } = await underVirtualTime();
    for (const name of ['one', 'two', 'three']) await create(name, work(name));
    const seen = new SharedArrayBuffer(8);
    const answers = Promise.all(['one', 'two', 'three'].map((name) => invoke(name, { seen })));
    await clock.run(START + 3600_000);
    const [, overlaps] = new Int32Array(seen);
    expect([await answers, overlaps, clock.now()]).toEqual([['one', 'two', 'three'], 0, START + 3600_000]);
  });

  test('sleep at the same time', async () => {
    const { clock, create, invoke } = await underVirtualTime();
    const code = `${timers}\nexport const handler = async () => { await sleep(60_000); return Date.now(); };`;
    for (const name of ['one', 'two']) await create(name, code);
    const answers = Promise.all([invoke('one'), invoke('two')]);
    await clock.run(START + 3600_000);
    expect(await answers).toEqual([START + 60_000, START + 60_000]);
  });

  test('that wake at the same instant go on in the order in which they went to sleep', async () => {
    const { clock, create, invoke, told } = await underVirtualTime();
    const code = (name: string) =>
      `${timers}\nexport const handler = async () => { await sleep(1000); console.log('${name}'); };`;
    for (const name of ['one', 'two', 'three']) await create(name, code(name));
    const ended: string[] = [];
    const all = Promise.all(['two', 'three', 'one'].map((name) => invoke(name).then(() => ended.push(name))));
    await clock.run(START + 3600_000);
    await all;
    expect([ended, told.filter(({ event }) => event === 'Invoked').length]).toEqual([['two', 'three', 'one'], 3]);
  });

  test('one whose sleep is aborted while another computes gives its turn back', async () => {
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
    await create('next', 'export const handler = async () => "its turn";');
    const both = Promise.all([invoke('aborts'), invoke('busy')]);
    await both;
    expect([await invoke('next'), clock.now()]).toEqual(['its turn', START]);
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
