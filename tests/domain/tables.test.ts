import { expect, test } from 'vitest';
import {
  attemptKey,
  deployedKey,
  eventKey,
  eventsOf,
  fenceKey,
  frozenKey,
  handledAlarmKey,
  hostKey,
  hostsOf,
  lateKey,
  lockKey,
  openKey,
  recordKey,
  reviewKey,
  tableNames,
} from '../../domain/tables.ts';

test.each([
  ['a record', recordKey('r-1'), { pk: 'RECORD#r-1', sk: 'RECORD' }],
  ['an event', eventKey('r-1', 7), { pk: 'EVENT#r-1', sk: '00000007' }],
  ['the verdict of a host', hostKey('r-1', 'clear-cache', 'i-1'), { pk: 'HOST#r-1', sk: 'clear-cache#i-1' }],
  ['the lock of a fleet', lockKey('trading'), { pk: 'FLEET#trading', sk: 'LOCK' }],
  ['the fence of a fleet', fenceKey('trading'), { pk: 'FLEET#trading', sk: 'FENCE' }],
  ["a rollback's frozen scope", frozenKey('r-1'), { pk: 'ROLLBACK#r-1', sk: 'FROZEN' }],
  ['an open phase', openKey(1), { pk: 'PHASE#1', sk: 'OPEN' }],
  [
    'a deployment',
    deployedKey(1, '2026-03-02T09:00:00.000Z'),
    { pk: 'PHASE#1', sk: 'DEPLOYED#2026-03-02T09:00:00.000Z' },
  ],
  [
    "an alarm's change",
    handledAlarmKey('a', '2026-03-02T09:00:00.000Z'),
    { pk: 'ALARM#a', sk: '2026-03-02T09:00:00.000Z' },
  ],
  ['a late history entry', lateKey('r-1', '1#x'), { pk: 'LATE#r-1', sk: '1#x' }],
  [
    'an open review',
    reviewKey('2026-03-05T09:00:00.000Z', 'r-1'),
    { pk: 'REVIEW', sk: '2026-03-05T09:00:00.000Z#r-1' },
  ],
  ['the attempt of a step', attemptKey('r-1', 'clear-cache'), { pk: 'ROLLBACK#r-1', sk: 'STEP#clear-cache' }],
])('the key of %s', (_, key, expected) => {
  expect(key).toEqual(expected);
});

test('a rollback has one partition key for events and one for hosts', () => {
  expect([eventsOf('r-1'), hostsOf('r-1')]).toEqual(['EVENT#r-1', 'HOST#r-1']);
});

test('events are sorted by sequence, beyond nine too', () => {
  const keys = [1, 2, 9, 10, 11, 100].map((sequence) => eventKey('r-1', sequence).sk);
  expect(keys.toSorted()).toEqual(keys);
});

test('each environment has its own tables', () => {
  expect(tableNames('staging')).toEqual({ state: 'rollback-staging-state', history: 'rollback-staging-history' });
});
