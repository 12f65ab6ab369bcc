import { describe, expect, test } from 'vitest';
import { recordOf } from '../../../domain/history/record.ts';
import {
  actsAtOnce,
  chainOf,
  closed,
  closedForReview,
  openedByAlarm,
  reviewed,
  type SampleEvent,
  taken,
  verified,
} from './sample-events.ts';

const review = (...events: SampleEvent[]) =>
  recordOf(chainOf(openedByAlarm, actsAtOnce, taken, closedForReview, ...events)).review;
const due = '2026-03-05T09:02:20.000Z';
const open = { due, verdict: null, reviewer: null, principal: null, reason: null, at: null, by: null };
const ana = 'arn:aws:iam::1:user/ana';
const starter = (principal: string) => verified('arn:x:r-1', principal);

test('a rollback whose closing names no deadline needs no review', () => {
  expect(recordOf(chainOf(openedByAlarm, actsAtOnce, taken, closed)).review).toBeNull();
});

test('a rollback whose closing names one has an open review', () => {
  expect(review()).toEqual(open);
});

test('a review has verdict, reason, and the name and time of the reviewer', () => {
  expect(review(reviewed('ana'))).toEqual({
    due,
    verdict: 'right',
    reviewer: 'ana',
    principal: null,
    reason: 'rows were corrupt',
    at: '2026-03-02T09:40:00.000Z',
    by: 'arn:review:1',
  });
});

test('the verified principal of the reviewer is beside the claimed name', () => {
  expect(review(reviewed('ana'), verified('arn:review:1', ana))).toMatchObject({ reviewer: 'ana', principal: ana });
});

describe('a review by the verified starter does not count', () => {
  test.each<[string, SampleEvent[]]>([
    ['if the starter is known first', [starter(ana), reviewed('bo'), verified('arn:review:1', ana)]],
    ['if the reviewer is known first', [reviewed('bo'), verified('arn:review:1', ana), starter(ana)]],
    [
      'in another role',
      [starter(ana), reviewed('bo'), verified('arn:review:1', 'arn:aws:sts::1:assumed-role/approver/ana')],
    ],
  ])('%s', (_, events) => {
    expect(review(...events)).toEqual(open);
  });

  test('and one by another person then does', () => {
    const events = [starter(ana), reviewed('bo'), verified('arn:review:1', ana), reviewed('cy', 'arn:review:2')];
    expect(review(...events, verified('arn:review:2', 'arn:aws:iam::1:user/cy'))).toMatchObject({
      verdict: 'right',
      reviewer: 'cy',
      principal: 'arn:aws:iam::1:user/cy',
    });
  });
});
