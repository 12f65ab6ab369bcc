import { expect, test } from 'vitest';
import { bad, good } from '../../../domain/ready/readiness.ts';
import { countsFor, isLight, marketOfCheck } from '../../../domain/ready/while-closed.ts';

const hour = 3600_000;
const calendar = { from: 0, until: 48 * hour, sessions: [{ from: 8 * hour, until: 16 * hour }] };
const host = (online: boolean) => ({ online }) as Parameters<typeof marketOfCheck>[1]['hosts'][number];
const market = (now: number, online: boolean, sessionsOf: () => typeof calendar | undefined = () => calendar) =>
  marketOfCheck([1, 2], { sessionsOf, hosts: [host(online)], now });

test('the market is shut for a check if it is closed and every host is off', () => {
  expect([market(20 * hour, false), market(20 * hour, true), market(10 * hour, false)]).toEqual([
    'shut',
    'open',
    'open',
  ]);
  expect(market(20 * hour, false, () => undefined)).toBe('no calendar');
});

test('hosts that are off are not asked; the first light check of a session that finds a day-old answer asks them', () => {
  const before = { asked_at: new Date(0).toISOString() };
  const light = (asked: boolean, of: ReturnType<typeof market>, now: number) =>
    isLight({ light: asked }, of, { before, now });
  expect([light(false, 'shut', hour), light(true, 'open', hour), light(true, 'open', 25 * hour)]).toEqual([
    true,
    true,
    false,
  ]);
  expect([light(false, 'open', hour), light(true, 'no calendar', 25 * hour)]).toEqual([false, true]);
});

test('what depends on hosts that are off counts for no alarm, and all else does', () => {
  const lines = [bad('agents', 'x', 'x'), bad('clocks', 'x', 'x'), good('trust', 'x')];
  expect([countsFor('shut', { lines }), countsFor('open', { lines })]).toEqual([false, true]);
  expect(countsFor('shut', { lines: [...lines, bad('contacts', 'x', 'x')] })).toBe(true);
});
