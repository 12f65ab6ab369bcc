import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { realClock, until } from '../../src/clock/clock.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';

const DAY = 24 * 3600_000;

describe('the real clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-03-02T09:00:00Z') }));
  afterEach(() => void vi.useRealTimers());

  test('is Date.now()', () => {
    expect(realClock().now()).toBe(Date.parse('2026-03-02T09:00:00Z'));
  });

  test('fires at the instant', () => {
    const fired: number[] = [];
    realClock().at(Date.now() + 1000, () => fired.push(Date.now()));
    vi.advanceTimersByTime(999);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual([Date.parse('2026-03-02T09:00:01Z')]);
  });

  test('fires at once for a past instant', () => {
    let fired = false;
    realClock().at(Date.now() - 1000, () => {
      fired = true;
    });
    vi.advanceTimersByTime(1);
    expect(fired).toBe(true);
  });

  // setTimeout fires after 1 ms if its delay is more than 2^31 - 1 ms, which is 24.8 days.
  test('waits longer than the longest delay of setTimeout', () => {
    const fired: number[] = [];
    realClock().at(Date.now() + 60 * DAY, () => fired.push(Date.now()));
    vi.advanceTimersByTime(60 * DAY - 1);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual([Date.parse('2026-05-01T09:00:00Z')]);
  });

  test('cancels a long wait in any of its parts', () => {
    let fired = false;
    const alarm = realClock().at(Date.now() + 60 * DAY, () => {
      fired = true;
    });
    vi.advanceTimersByTime(30 * DAY);
    alarm.cancel();
    vi.advanceTimersByTime(60 * DAY);
    expect([fired, vi.getTimerCount()]).toEqual([false, 0]);
  });

  test('continues while it is held', () => {
    let fired = false;
    const clock = realClock();
    const release = clock.hold();
    clock.at(Date.now() + 10, () => {
      fired = true;
    });
    vi.advanceTimersByTime(10);
    release();
    expect(fired).toBe(true);
  });
});

describe('waiting until an instant', () => {
  test('ends at the instant', async () => {
    const clock = new VirtualClock(0);
    const ended = until(clock, 500).then(() => clock.now());
    await clock.run(1000);
    expect(await ended).toBe(500);
  });

  test('ends early, without an error, if its signal is aborted', async () => {
    const clock = new VirtualClock(0);
    const stop = new AbortController();
    const ended = until(clock, 500, stop.signal).then(() => clock.now());
    stop.abort();
    expect(await ended).toBe(0);
  });

  test('removes its alarm from the clock if it ends early', async () => {
    const clock = new VirtualClock(0);
    const stop = new AbortController();
    const ended = until(clock, 500, stop.signal);
    stop.abort();
    await ended;
    let checks = 0;
    await clock.run(1000, () => checks++ > 1);
    expect([clock.now(), checks]).toEqual([1000, 1]);
  });

  test('ends at once if its signal is already aborted', async () => {
    await until(new VirtualClock(0), 500, AbortSignal.abort());
  });
});
