import { expect, test } from 'vitest';
import { differences } from './differences.ts';
import type { RecordedEvent } from './recordings.ts';

const event = (id: number, type: string, previousEventId = id - 1): RecordedEvent => ({ id, type, previousEventId });
const history = [
  event(1, 'ExecutionStarted'),
  event(2, 'ParallelStateStarted', 0),
  event(3, 'WaitStateEntered'),
  event(4, 'PassStateEntered', 2),
];
const [started, parallel, wait, pass] = history as [RecordedEvent, RecordedEvent, RecordedEvent, RecordedEvent];

test('the same events have no difference', () => {
  expect(differences(history, history)).toEqual([]);
});

test('another order outside of a Parallel is a difference', () => {
  const swapped = [started, parallel, { ...pass, id: 3 }, { ...wait, id: 4 }];
  expect(differences(history, swapped)).toHaveLength(2);
});

test('events that the recorder sorted may have any order', () => {
  const sorted = [started, parallel, { ...pass, id: 0 }, { ...wait, id: 0 }];
  expect(differences(sorted, history)).toEqual([]);
});

test('another previousEventId is a difference', () => {
  expect(differences(history, [started, parallel, wait, { ...pass, previousEventId: 3 }])).toEqual([
    'PassStateEntered 4/previousEventId: AWS 2, the account 3',
  ]);
});

test('a missing event is a difference', () => {
  expect(differences(history, [started, parallel, wait])).toEqual(['PassStateEntered 4 is missing']);
});

test('one event too many is a difference', () => {
  expect(differences([started, parallel], [started, parallel, wait])).toEqual(['WaitStateEntered 3 is not on AWS']);
});

test('the end of a Parallel whose events the recorder sorted may be missing in the recording', () => {
  const sorted = [started, parallel, { ...wait, id: 0 }];
  expect(differences(sorted, [started, parallel, wait, event(4, 'ParallelStateSucceeded')])).toEqual([]);
});
