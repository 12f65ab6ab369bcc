import { expect, test } from 'vitest';
import { everyHostLostBefore } from '../../../domain/host/lost-hosts.ts';
import { offUntil } from '../../../lambdas/operations/shut-down.ts';

const sessions = {
  from: Date.parse('2026-03-02T00:00:00Z'),
  until: Date.parse('2026-03-04T00:00:00Z'),
  sessions: ['2026-03-02', '2026-03-03'].map((day) => ({
    from: Date.parse(`${day}T08:00:00Z`),
    until: Date.parse(`${day}T17:00:00Z`),
  })),
};
const lost = `Confirm recovery: ${everyHostLostBefore('Confirm health', ['host-1 left the fleet'])}`;

test.each([
  ['every host left after the close', lost, '2026-03-02T17:05:00.000Z', '2026-03-03T08:00:00.000Z'],
  ['every host left in session', lost, '2026-03-02T16:59:00.000Z', undefined],
  ['a step failed after the close', 'Clear corrupted cache failed on host-1', '2026-03-02T17:05:00.000Z', undefined],
  ['it ended well', null, '2026-03-02T17:05:00.000Z', undefined],
])('nobody is called until the pre-open only if the hosts were shut down: %s', (_, problem, at, until) => {
  expect(offUntil({ sessionsOf: () => sessions }, { phase: 1 }, { problem, at })).toBe(until);
});

test('nobody is called until the pre-open if the hosts were shut down while it asked', () => {
  const noted = '2026-03-03T08:00:00.000Z';
  const until = (at: string) =>
    offUntil({ sessionsOf: () => sessions }, { phase: 1 }, { problem: 'Aborted', at, noted });
  expect(until('2026-03-02T17:05:00.000Z')).toBe(noted);
  expect(until('2026-03-03T08:01:00.000Z')).toBeUndefined();
});

test('without a calendar people are called at once', () => {
  expect(offUntil({}, { phase: 1 }, { problem: lost, at: '2026-03-02T17:05:00.000Z' })).toBeUndefined();
});
