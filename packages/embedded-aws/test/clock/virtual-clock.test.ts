import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';

/** A clock at 1000 and a list of what fired when. */
function clockAndList() {
  const clock = new VirtualClock(1000);
  const fired: [string, number][] = [];
  return { clock, fired, note: (name: string) => () => void fired.push([name, clock.now()]) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('alarms', () => {
  test('fire in the order of their instants, each at its own', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(3000, note('late'));
    clock.at(2000, note('early'));
    await clock.run(5000);
    expect(fired).toEqual([
      ['early', 2000],
      ['late', 3000],
    ]);
  });

  test('of the same instant fire in the order they were asked for', async () => {
    const { clock, fired, note } = clockAndList();
    for (const name of ['first', 'second', 'third']) clock.at(2000, note(name));
    await clock.run(5000);
    expect(fired.map(([name]) => name)).toEqual(['first', 'second', 'third']);
  });

  test('asked for by an alarm of the same instant fire after those that were asked for before', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(2000, () => clock.at(2000, note('asked for at 2000')));
    clock.at(2000, note('asked for at 1000'));
    await clock.run(5000);
    expect(fired.map(([name]) => name)).toEqual(['asked for at 1000', 'asked for at 2000']);
  });

  test('of an instant that is over fire now: the clock never goes back', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(10, note('past'));
    await clock.run(5000);
    expect(fired).toEqual([['past', 1000]]);
  });

  test('that were taken back do not fire', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(2000, note('taken back')).cancel();
    await clock.run(5000);
    expect(fired).toEqual([]);
  });

  test('can be taken back by an alarm of the same instant', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(2000, () => second.cancel());
    const second = clock.at(2000, note('second'));
    await clock.run(5000);
    expect(fired).toEqual([]);
  });

  test('can be taken back after they fired, which changes nothing', async () => {
    const { clock, fired, note } = clockAndList();
    const first = clock.at(2000, note('first'));
    clock.at(3000, note('second'));
    await clock.run(2000);
    first.cancel();
    await clock.run(5000);
    expect(fired.map(([name]) => name)).toEqual(['first', 'second']);
  });
});

describe('letting time pass', () => {
  test('ends at the instant asked for, also when nothing is promised', async () => {
    const { clock } = clockAndList();
    await clock.run(5000);
    expect(clock.now()).toBe(5000);
  });

  test('fires what is promised for the very instant it ends at, and nothing later', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(5000, note('at the end'));
    clock.at(5001, note('after the end'));
    await clock.run(5000);
    expect(fired).toEqual([['at the end', 5000]]);
  });

  test('until an instant that is over leaves the clock where it is', async () => {
    const { clock } = clockAndList();
    await clock.run(10);
    expect(clock.now()).toBe(1000);
  });

  test('ends before the next alarm when it is enough', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(2000, note('first'));
    clock.at(3000, note('second'));
    await clock.run(5000, () => fired.length === 1);
    expect([clock.now(), fired.length]).toEqual([2000, 1]);
  });

  test('ends before any alarm when it is enough already', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(2000, note('first'));
    await clock.run(5000, () => true);
    expect([clock.now(), fired]).toEqual([1000, []]);
  });

  test('can be asked for by two at once', async () => {
    const { clock, fired, note } = clockAndList();
    const release = clock.hold();
    clock.at(2000, note('first'));
    clock.at(4000, note('second'));
    const both = Promise.all([clock.run(3000), clock.run(5000)]);
    await turn();
    release();
    await both;
    expect([clock.now(), fired.map(([name]) => name)]).toEqual([5000, ['first', 'second']]);
  });
});

describe('somebody who holds the clock', () => {
  test('keeps it where it is', async () => {
    const { clock, fired, note } = clockAndList();
    const release = clock.hold();
    clock.at(2000, note('alarm'));
    const passed = clock.run(5000);
    await turn();
    await turn();
    expect([clock.now(), fired]).toEqual([1000, []]);
    release();
    await passed;
    expect([clock.now(), fired]).toEqual([5000, [['alarm', 2000]]]);
  });

  test('is not let go by another who gives it back', async () => {
    const { clock } = clockAndList();
    const first = clock.hold();
    const second = clock.hold();
    const passed = clock.run(5000);
    first();
    await turn();
    expect(clock.now()).toBe(1000);
    second();
    await passed;
    expect(clock.now()).toBe(5000);
  });

  test('may give it back twice', async () => {
    const { clock } = clockAndList();
    const first = clock.hold();
    const second = clock.hold();
    first();
    first();
    const passed = clock.run(5000);
    await turn();
    expect(clock.now()).toBe(1000);
    second();
    await passed;
  });

  test('may take it in the turn in which another gave it back: nobody sees it move between', async () => {
    const { clock } = clockAndList();
    const first = clock.hold();
    const passed = clock.run(5000);
    await turn();
    first();
    const second = clock.hold();
    await turn();
    expect(clock.now()).toBe(1000);
    second();
    await passed;
  });

  test('stops time between two alarms of the same instant', async () => {
    const { clock, fired, note } = clockAndList();
    let release = () => {};
    clock.at(2000, () => {
      release = clock.hold();
    });
    clock.at(2000, note('second'));
    const passed = clock.run(5000);
    await turn();
    await turn();
    expect(fired).toEqual([]);
    release();
    await passed;
    expect(fired).toEqual([['second', 2000]]);
  });
});

test('other threads read the time without asking', async () => {
  const { clock } = clockAndList();
  const seenByAWorker = new Float64Array(clock.shared);
  await clock.run(5000);
  expect(seenByAWorker[0]).toBe(5000);
});

test('an instant that is no number is refused: it would stop the clock for good', () => {
  const { clock } = clockAndList();
  expect(() => clock.at(Number.NaN, () => {})).toThrow('NaN is no instant');
});
