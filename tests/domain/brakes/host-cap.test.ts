import { describe, expect, test } from 'vitest';
import { type BegunRollback, capObjection, countsFor, hostsOf, timeWords } from '../../../domain/brakes/host-cap.ts';

const now = Date.parse('2026-03-02T12:00:00.000Z');
const hour = { most: 3, within: 3600 };
const host = (number: number) => ({ instance_id: `i-${number}`, name: `host-${number}` });
const counts = (begun: Pick<BegunRollback, 'by' | 'ended_at'>) => countsFor(hour, begun, now);

describe('the hosts of a rollback count', () => {
  test.each<[string, Pick<BegunRollback, 'by' | 'ended_at'>, boolean]>([
    ['if it began by itself and still acts', { by: 'automation', ended_at: null }, true],
    ['if it ended within the time', { by: 'automation', ended_at: '2026-03-02T11:00:00.000Z' }, true],
    ['not if it ended before that', { by: 'automation', ended_at: '2026-03-02T10:59:59.999Z' }, false],
    ['not if a person began it', { by: 'person', ended_at: null }, false],
    ['if an older version has not stored who began it', { ended_at: null }, true],
  ])('%s', (_, begun, expected) => {
    expect(counts(begun)).toBe(expected);
  });
});

describe('the objection', () => {
  test.each([
    ['none for as many hosts as the cap', [host(1), host(2)], [host(3)], 0],
    ['one for one host more', [host(1), host(2)], [host(3), host(4)], 1],
    ['none for hosts that were touched already', [host(1), host(2), host(3)], [host(1), host(3)], 0],
    ['one for a fleet that is larger than the cap, before anything was touched', [], [1, 2, 3, 4].map(host), 1],
  ])('is %s', (_, before, touches, objections) => {
    expect(capObjection(hour, { before, now: touches })).toHaveLength(objections);
  });

  test('has numbers, time and hosts', () => {
    expect(capObjection({ most: 1, within: 90 }, { before: [], now: [host(1), host(2)] })).toEqual([
      'With this rollback automation would touch 2 hosts within 90 seconds; its cap is 1 (brakes.hosts). Touched so far: none. This rollback: host-1, host-2.',
    ]);
  });

  test('names ten hosts, and the number of the others', () => {
    const fleet = Array.from({ length: 12 }, (__, i) => host(i + 1));
    expect(capObjection(hour, { before: [], now: fleet })[0]).toMatch(
      /This rollback: host-1, .*, host-10 and 2 more\.$/,
    );
  });
});

test('a host of several rollbacks is one, by its instance id', () => {
  const renamed = { instance_id: 'i-1', name: 'host-1b' };
  expect(hostsOf([[host(2), host(1)], [renamed]])).toEqual([renamed, host(2)]);
});

test.each([
  [60, '1 minute'],
  [3600, '60 minutes'],
  [90, '90 seconds'],
])('%i s are %s', (seconds, words) => {
  expect(timeWords(seconds)).toBe(words);
});
