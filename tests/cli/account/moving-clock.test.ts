import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { movingClock } from '../../../cli/account/moving-clock.ts';

const start = Date.parse('2026-01-05T09:00:00.000Z');

/** An account that is told the time; at most one request at a time may do that. */
function account({ fails = false } = {}) {
  const told: number[] = [];
  const found = { told, atOnce: 0, most: 0, fails };
  const control = async (method: 'GET' | 'POST', _: string, body?: object) => {
    if (method === 'GET') return { now: new Date(start).toISOString() };
    found.atOnce += 1;
    found.most = Math.max(found.most, found.atOnce);
    await sleep(20);
    found.atOnce -= 1;
    if (found.fails) throw new Error('ECONNREFUSED');
    told.push(Date.parse((body as { until: string }).until));
    return {};
  };
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  return { found, control, signal: stopping.signal };
}

test('the clock runs at the pace of the real one, and an hour ahead when it is moved', async () => {
  const { found, control, signal } = account();
  const began = Date.now();
  const clock = await movingClock(control, signal);
  await expect.poll(() => found.told.at(-1)).toBeGreaterThan(start);
  expect(found.told.at(-1)).toBeLessThanOrEqual(start + Date.now() - began + 1000);
  await clock.ahead(3_600_000);
  expect(found.told.at(-1)).toBeGreaterThanOrEqual(start + 3_600_000);
  expect(found.most).toBe(1);
  expect(found.told).toEqual(found.told.toSorted((a, b) => a - b));
});

test('a move ends with an error if the account has ended', async () => {
  const { control, signal } = account({ fails: true });
  const clock = await movingClock(control, signal);
  await expect(clock.ahead(60_000)).rejects.toThrow('The clock does not move any more: ECONNREFUSED.');
});
