import { expect, test } from 'vitest';
import { recordOf } from '../../../domain/history/record.ts';
import { chainOf, checkStarted, closed, confirmed, ended, frozen, opened, started, taken } from './sample-events.ts';

test('a running step', () => {
  expect(recordOf(chainOf(opened, started(1, '01:00'))).steps).toEqual([
    {
      step: 'clear-cache',
      verdict: 'running',
      attempts: 1,
      hosts_done: 0,
      hosts_not_sent: 0,
      started_at: '2026-03-02T09:01:00.000Z',
      ended_at: null,
    },
  ]);
});

test('a step that failed once and is then done has two attempts, from the first start to the last end', () => {
  const events = chainOf(
    opened,
    started(1, '01:00'),
    ended('Step failed', '01:10', 2),
    started(2, '01:20'),
    ended('Step done', '01:30', 3),
  );
  expect(recordOf(events).steps).toEqual([
    {
      step: 'clear-cache',
      verdict: 'done',
      attempts: 2,
      hosts_done: 3,
      hosts_not_sent: 0,
      started_at: '2026-03-02T09:01:00.000Z',
      ended_at: '2026-03-02T09:01:30.000Z',
    },
  ]);
});

test('a retried step has no end', () => {
  const events = chainOf(opened, started(1, '01:00'), ended('Step failed', '01:10', 2), started(2, '01:20'));
  expect(recordOf(events).steps[0]).toMatchObject({ verdict: 'running', attempts: 2, hosts_done: 2, ended_at: null });
});

test('steps are in the order of their start', () => {
  const whole = chainOf(opened, started(1, '01:00'), ended('Step done', '01:30', 3), checkStarted, confirmed, closed);
  expect(recordOf(whole).steps.map(({ step }) => step)).toEqual(['clear-cache', 'confirm-recovery']);
});

test('a step that runs while the rollback is closed becomes unknown', () => {
  const stopped = chainOf(opened, frozen, taken, started(1, '01:00'), [
    'Rollback closed',
    '02:20',
    { ending: 'Needs a person', problem: 'x' },
  ]);
  expect(recordOf(stopped).steps).toMatchObject([{ verdict: 'unknown', ended_at: '2026-03-02T09:02:20.000Z' }]);
});
