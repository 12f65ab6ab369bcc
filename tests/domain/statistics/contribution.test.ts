import { describe, expect, test } from 'vitest';
import { bucketOf } from '../../../domain/history/histogram.ts';
import { contributionOf, deploymentContribution, failureOf } from '../../../domain/statistics/contribution.ts';
import { annotated, eventsOf, reviewed, type Sample } from './sample-rollbacks.ts';

const start = '2026-11-30T23:55:00.000Z';
const sample = (changes: Partial<Sample> = {}): Sample => ({ id: 'r-1', start, ...changes });
const countersOf = (changes: Partial<Sample> = {}) => contributionOf(eventsOf(sample(changes)))?.counters;

describe('a rollback is counted', () => {
  test('not before it has ended', () => {
    expect(contributionOf(eventsOf(sample({ ending: null })))).toBeUndefined();
  });

  test('in the month of its start, in UTC, although it ends in the next one', () => {
    expect(contributionOf(eventsOf(sample()))?.cell).toEqual({
      month: '2026-11',
      mode: 'live',
      phase: 1,
      trigger: 'data_corruption',
    });
  });

  test('with its ending, and that it took the fleet', () => {
    expect(countersOf()).toMatchObject({ count: 1, ending: { 'Rolled back': 1 }, acted: 1 });
  });

  test('with a missed limit only if it missed it', () => {
    expect(countersOf()).not.toHaveProperty('limit_missed');
    expect(countersOf({ afterwards: [['Limit missed', 16, { deadline: start }]] })).toMatchObject({ limit_missed: 1 });
  });

  test('with the bucket and the exact hundredths of each part of its time, under its severity', () => {
    const { minutes } = countersOf({ breaching: 4 }) as Record<string, Record<string, Record<string, unknown>>>;
    const of = (value: number) => ({ hundredths: value * 100, buckets: { [bucketOf(value)]: 1 } });
    expect(minutes?.['CRITICAL']).toEqual({
      detect: of(4),
      decide: of(1),
      act: of(6),
      confirm: of(2),
      whole: of(10),
      recover: of(13), // from the first breaching datapoint
    });
  });

  test('without minutes if it was decided against, because it ends within seconds', () => {
    expect(countersOf({ took: null, ending: 'Stood down' })).toEqual({ count: 1, ending: { 'Stood down': 1 } });
  });

  test('with minutes if a person had to end it, although it never took the fleet', () => {
    expect(countersOf({ took: null, ending: 'Needs a person' })).toHaveProperty(['minutes', 'CRITICAL', 'whole']);
  });
});

describe('a false positive', () => {
  test('is not counted before somebody judged it', () => {
    expect(countersOf()).not.toHaveProperty('false_positive');
  });

  test('is counted as the newest annotation says', () => {
    expect(countersOf({ afterwards: [annotated(true), annotated(false, 200)] })).toMatchObject({
      false_positive: { false: 1 },
    });
  });
});

describe('a review', () => {
  const review_due = '2026-12-04T00:05:00.000Z';

  test('is open under the hour of its deadline', () => {
    expect(countersOf({ review_due })).toMatchObject({ review: { open: { '2026-12-04T00': 1 } } });
  });

  test('is right or wrong once it is given, and no longer open', () => {
    expect(countersOf({ review_due, afterwards: [reviewed('wrong')] })).toMatchObject({ review: { wrong: 1 } });
    expect(countersOf({ review_due, afterwards: [reviewed('wrong')] })).not.toHaveProperty(['review', 'open']);
  });

  test('is late if it is given after its deadline', () => {
    expect(countersOf({ review_due, afterwards: [reviewed('right', 6000)] })).toMatchObject({
      review: { right: 1, late: 1 },
    });
  });
});

describe('a deployment failed', () => {
  const deployed_at = '2026-11-30T22:00:00.000Z';
  const failure = (changes: Partial<Sample> = {}) => failureOf(eventsOf(sample({ deployed_at, ...changes })));

  test.each([
    ['a live rollback of it took the fleet', {}, true],
    ['it was fixed forward', { took: null, ending: 'Fix forward' }, true],
    ['its rollback was stood down', { took: null, ending: 'Stood down' }, false],
    ['its rollback was only planned', { took: null, ending: 'Planned', mode: 'plan' }, false],
    ['no deployment is recorded', { deployed_at: null }, false],
  ] as const)('or not: %s', (_, changes, failed) => {
    expect(failure(changes) !== undefined).toBe(failed);
  });

  const contribution = (...samples: Partial<Sample>[]) =>
    deploymentContribution(samples.flatMap((one) => failure(one) ?? []))?.counters;

  test('once, however many rollbacks it needed, and recovered from its first breach to the last confirmed recovery', () => {
    const first = { id: 'r-1', breaching: 5, ending: 'Needs a person' };
    const second = { id: 'r-2', start: '2026-12-01T00:15:00.000Z' };
    const expected = { failed: 1, recovery: { hundredths: 3400, buckets: { [bucketOf(34)]: 1 } } };
    expect(contribution(first, second)).toEqual(expected);
    expect(contribution(second, first)).toEqual(expected);
  });

  test('and has not recovered while no rollback confirmed it', () => {
    expect(contribution({ ending: 'Needs a person' })).toEqual({ failed: 1 });
  });

  test('in the month in which it was deployed', () => {
    const found = failure({ start: '2026-12-01T00:15:00.000Z' });
    expect(found && deploymentContribution([found])?.cell.month).toBe('2026-11');
  });
});
