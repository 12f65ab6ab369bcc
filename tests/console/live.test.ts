import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { live, type Message } from '../../console/live.ts';

/** An account whose parts the test changes, and the number of its reads. */
function account() {
  const state = { open: 1, fails: false, reads: 0, changed: () => {} };
  const hub = live({
    parts: {
      fast: async () => {
        state.reads += 1;
        if (state.fails) throw new Error('AWS is unreachable.');
        return { open: state.open, brakes: 'none' };
      },
      slow: async () => ({ alarms: [] }),
    },
    every: { fast: 60_000, slow: 60_000 },
    changes: async (changed) => {
      state.changed = changed;
    },
  });
  return { state, hub };
}

const patience = { timeout: 100_000 };
const partsIn = (messages: readonly Message[]) => messages.flatMap((one) => (one.type === 'parts' ? [one.parts] : []));

test('a browser hears all parts, then only those that changed, soon after the change', async () => {
  const { state, hub } = account();
  const heard: Message[] = [];
  const end = hub.listen((message) => heard.push(message));
  await expect
    .poll(() => Object.assign({}, ...partsIn(heard)), patience)
    .toEqual({ open: 1, brakes: 'none', alarms: [] });
  heard.length = 0;
  state.open = 2;
  for (let swarm = 0; swarm < 20; swarm += 1) state.changed();
  const before = state.reads;
  await expect.poll(() => partsIn(heard), patience).toEqual([{ open: 2 }]);
  expect(state.reads - before).toBeLessThanOrEqual(2);
  end();
});

test('a later browser gets what was read already, and nothing is read without a browser', async () => {
  const { state, hub } = account();
  const first: Message[] = [];
  const end = hub.listen((message) => first.push(message));
  await expect.poll(() => Object.keys(Object.assign({}, ...partsIn(first))), patience).toHaveLength(3);
  const heard: Message[] = [];
  const endLater = hub.listen((message) => heard.push(message));
  expect(partsIn(heard)).toEqual([{ open: 1, brakes: 'none', alarms: [] }]);
  end();
  endLater();
  const { reads } = state;
  state.changed();
  await sleep(200);
  expect(state.reads).toBe(reads);
});

test('a read that fails is told, and the next one is made all the same', async () => {
  const { state, hub } = account();
  const heard: Message[] = [];
  const end = hub.listen((message) => heard.push(message));
  await expect.poll(() => partsIn(heard), patience).toHaveLength(2);
  state.fails = true;
  state.changed();
  await expect.poll(() => heard.at(-1), patience).toMatchObject({ type: 'failed', says: 'AWS is unreachable.' });
  state.fails = false;
  state.changed();
  await expect.poll(() => heard.at(-1), patience).toMatchObject({ type: 'alive' });
  end();
});
