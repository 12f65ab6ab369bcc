import { expect, test } from 'vitest';
import { timings } from '../../rehearsals/timings.ts';

const at = (seconds: number) => new Date(Date.parse('2026-01-05T09:00:00Z') + seconds * 1000).toISOString();
const one = { execution: 'one' };
const events = [
  { at: at(10), event: 'ExecutionStarted', ...one },
  { at: at(10), event: 'TaskStateEntered', name: 'Open rollback', ...one },
  { at: at(11), event: 'ExecutionStarted', execution: 'another' },
  { at: at(12.25), event: 'TaskStateEntered', name: 'Clear corrupted cache', ...one },
  { at: at(12.5), event: 'CommandSent', command: 'c-1' },
  { at: at(14), event: 'CommandSent', command: 'c-2' },
  { at: at(15), event: 'TaskStateEntered', name: 'Clear corrupted cache', ...one },
  { at: at(20), event: 'ExecutionSucceeded', ...one },
  { at: at(30), event: 'ExecutionSucceeded', execution: 'another' },
];

test('count seconds from the execution’s start', () => {
  expect(timings(events, 'one')).toEqual({
    started_at: at(10),
    first_command_seconds: 2.5,
    state_entered_seconds: { 'Open rollback': 0, 'Clear corrupted cache': 2.25 },
    ended_seconds: 10,
  });
});

test('have the first time that a state was entered', () => {
  expect(timings(events, 'one')['state_entered_seconds']).toMatchObject({ 'Clear corrupted cache': 2.25 });
});

test('have no first command if none was sent', () => {
  const without = events.filter(({ event }) => event !== 'CommandSent');
  expect(timings(without, 'one')).not.toHaveProperty('first_command_seconds');
});

test('are those of the given execution', () => {
  expect(timings(events, 'another')).toMatchObject({ started_at: at(11), ended_seconds: 19 });
});

test.each([['that never started'], [undefined]])('are empty for an execution %s', (execution) => {
  expect(timings(events, execution)).toEqual({});
});
