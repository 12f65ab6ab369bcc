import { expect, test } from 'vitest';
import { timings } from '../../rehearsals/timings.ts';

const at = (seconds: number) => new Date(Date.parse('2026-01-05T09:00:00Z') + seconds * 1000).toISOString();
const one = { execution: 'one' };
const heard = [
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

test('are counted in seconds from the execution’s start', () => {
  expect(timings(heard, 'one')).toEqual({
    started_at: at(10),
    first_command_seconds: 2.5,
    state_entered_seconds: { 'Open rollback': 0, 'Clear corrupted cache': 2.25 },
    ended_seconds: 10,
  });
});

test('name a state by the first time it was entered', () => {
  expect(timings(heard, 'one')['state_entered_seconds']).toMatchObject({ 'Clear corrupted cache': 2.25 });
});

test('have no first command where none was sent', () => {
  const without = heard.filter(({ event }) => event !== 'CommandSent');
  expect(timings(without, 'one')).not.toHaveProperty('first_command_seconds');
});

test('are of the execution asked for', () => {
  expect(timings(heard, 'another')).toMatchObject({ started_at: at(11), ended_seconds: 19 });
});

test.each([['never heard of'], [undefined]])('of an execution %s are empty', (execution) => {
  expect(timings(heard, execution)).toEqual({});
});
