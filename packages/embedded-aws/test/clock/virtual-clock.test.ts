import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';

/** Makes a clock at 1000 and a list of the alarms that fired, each with its instant. */
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

  test('of the same instant fire in the order of scheduling', async () => {
    const { clock, fired, note } = clockAndList();
    for (const name of ['first', 'second', 'third']) clock.at(2000, note(name));
    await clock.run(5000);
    expect(fired.map(([name]) => name)).toEqual(['first', 'second', 'third']);
  });

  test('scheduled by an alarm of the same instant fire after those scheduled before', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(2000, () => clock.at(2000, note('scheduled at 2000')));
    clock.at(2000, note('scheduled at 1000'));
    await clock.run(5000);
    expect(fired.map(([name]) => name)).toEqual(['scheduled at 1000', 'scheduled at 2000']);
  });

  test('of a past instant fire now: the clock never goes back', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(10, note('past'));
    await clock.run(5000);
    expect(fired).toEqual([['past', 1000]]);
  });

  test('that were canceled do not fire', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(2000, note('canceled')).cancel();
    await clock.run(5000);
    expect(fired).toEqual([]);
  });

  test('can be canceled by an alarm of the same instant', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(2000, () => second.cancel());
    const second = clock.at(2000, note('second'));
    await clock.run(5000);
    expect(fired).toEqual([]);
  });

  test('can be canceled after they fired, without effect', async () => {
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
  test('ends at the requested instant, also if nothing is scheduled', async () => {
    const { clock } = clockAndList();
    await clock.run(5000);
    expect(clock.now()).toBe(5000);
  });

  test('fires alarms of the instant at which it ends, and none later', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(5000, note('at the end'));
    clock.at(5001, note('after the end'));
    await clock.run(5000);
    expect(fired).toEqual([['at the end', 5000]]);
  });

  test('until a past instant leaves the clock unchanged', async () => {
    const { clock } = clockAndList();
    await clock.run(10);
    expect(clock.now()).toBe(1000);
  });

  test('ends before the next alarm once `enough` returns true', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(2000, note('first'));
    clock.at(3000, note('second'));
    await clock.run(5000, () => fired.length === 1);
    expect([clock.now(), fired.length]).toEqual([2000, 1]);
  });

  test('ends before any alarm if `enough` returns true at once', async () => {
    const { clock, fired, note } = clockAndList();
    clock.at(2000, note('first'));
    await clock.run(5000, () => true);
    expect([clock.now(), fired]).toEqual([1000, []]);
  });

  test('can be requested twice at the same time', async () => {
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

describe('a hold', () => {
  test('stops the clock', async () => {
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

  test('lasts although another hold is released', async () => {
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

  test('can be released twice', async () => {
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

  test('taken in the same turn of the event loop as the last release keeps the clock stopped', async () => {
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

test('other threads read the time without a message', async () => {
  const { clock } = clockAndList();
  const seenByAWorker = new Float64Array(clock.shared);
  await clock.run(5000);
  expect(seenByAWorker[0]).toBe(5000);
});

test('NaN is refused as an instant, because it would stop the clock forever', () => {
  const { clock } = clockAndList();
  expect(() => clock.at(Number.NaN, () => {})).toThrow('A call cannot be scheduled for NaN');
});
