import { describe, expect, test } from 'vitest';
import {
  openReviewOf,
  parseReview,
  pasteableReviews,
  reviewCommands,
  reviewDue,
  reviewMessageOf,
  reviewNumber,
  reviewRefusal,
  reviewStanding,
  whyNoReview,
} from '../../../domain/afterwards/review.ts';
import { recordOf } from '../../../domain/history/record.ts';
import {
  actsAtOnce,
  chainOf,
  closed,
  closedForReview,
  opened,
  openedByAlarm,
  reviewed,
  type SampleEvent,
  taken,
  verified,
} from '../history/sample-events.ts';

const input = { rollback: 'r-1', operator: 'ana', verdict: 'right', reason: 'rows were corrupt' } as const;
const record = (...events: SampleEvent[]) => recordOf(chainOf(...events));
const automatic = [openedByAlarm, actsAtOnce, taken];
const changed = ([type, at, detail]: SampleEvent, changes: object): SampleEvent => [
  type,
  at,
  { ...detail, ...changes },
];

describe('a second person must review', () => {
  const asked: SampleEvent = [
    'Question asked',
    '00:01',
    { number: 1, kind: 'confirm', why: [], asked_at: '', deadline: '' },
  ];
  const answered: SampleEvent = [
    'Answer given',
    '00:30',
    { number: 1, answer: 'rollback', operator: 'ana', by: 'arn:a' },
  ];
  const settled = (outcome: string): SampleEvent => ['Question settled', '00:31', { number: 1, outcome, by: 'x' }];
  const joined: SampleEvent = [
    'Alarm joined',
    '00:31',
    { by: 'arn:b', alarm: 'b', trigger: 'security_issue', severity: 'CRITICAL', changed_at: '', deadline: '' },
  ];

  test.each<[string, SampleEvent[]]>([
    ['a CRITICAL rollback that an alarm started and that acted at once', automatic],
    [
      'one that became CRITICAL by an alarm that joined',
      [changed(openedByAlarm, { severity: 'HIGH' }), actsAtOnce, joined, taken],
    ],
    ['one whose question an alarm decided', [...automatic, asked, joined, settled('rollback')]],
    ['one whose question nobody answered', [...automatic, asked, settled('nobody answered')]],
  ])('%s', (_, events) => {
    expect(whyNoReview(record(...events))).toBeUndefined();
  });

  test.each<[string, SampleEvent[], string]>([
    ['that a person started', [changed(openedByAlarm, { alarm: null }), actsAtOnce, taken], 'a person started it'],
    ['that was only planned', [changed(openedByAlarm, { mode: 'plan' }), actsAtOnce, taken], 'it was only planned'],
    ['of HIGH', [changed(openedByAlarm, { severity: 'HIGH' }), actsAtOnce, taken], 'it was HIGH, and only CRITICAL'],
    ['that a person approved', [...automatic, asked, answered, settled('rollback')], 'a person answered rollback'],
    ['that never took the fleet', [openedByAlarm, actsAtOnce], 'it did not act'],
    [
      'that ended without acting',
      [openedByAlarm, changed(actsAtOnce, { decision: 'Observed only' })],
      'it did not act',
    ],
  ])('but not a rollback %s', (_, events, why) => {
    expect(whyNoReview(record(...events))).toContain(why);
  });
});

test('the deadline counts from the end of the rollback', () => {
  expect(reviewDue(record(...automatic), '2026-03-02T09:02:20.000Z', 72 * 3600)).toBe('2026-03-05T09:02:20.000Z');
  expect(reviewDue(record(opened), '2026-03-02T09:02:20.000Z', 72 * 3600)).toBeUndefined();
});

describe('a review is refused', () => {
  const refused = (...events: SampleEvent[]) => reviewRefusal(input, events.length > 0 ? record(...events) : undefined);

  test.each<[string, SampleEvent[], string]>([
    ['of an unknown rollback', [], 'Rollback r-1 does not exist. Nothing was changed.'],
    ['of an open one', automatic, 'Rollback r-1 has not ended; review it after its end. Nothing was changed.'],
    [
      'of one that needs none',
      [opened, taken, closed],
      'Rollback r-1 needs no review: a person started it. Nothing was changed.',
    ],
    [
      'of one that ended before there were reviews',
      [...automatic, closed],
      'Rollback r-1 needs no review: it ended before this environment asked for reviews. Nothing was changed.',
    ],
    [
      'a second time, with who reviewed and when',
      [...automatic, closedForReview, reviewed('bo'), verified('arn:review:1', 'arn:aws:iam::1:user/bo')],
      'Rollback r-1 was reviewed by bo (arn:aws:iam::1:user/bo) at 2026-03-02T09:40:00.000Z: right, rows were corrupt. Nothing was changed.',
    ],
    [
      'by the person who started it',
      [changed(openedByAlarm, { operator: 'Ana' }), actsAtOnce, taken, closedForReview],
      'Rollback r-1 was started by Ana; another person must review it. Nothing was changed.',
    ],
  ])('%s', (_, events, why) => {
    expect(refused(...events)).toBe(why);
  });

  test('but not of one whose review is open', () => {
    expect(refused(...automatic, closedForReview)).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    ['as no object', null, 'found null'],
    ['without a verdict', { ...input, verdict: undefined }, 'verdict is missing'],
    ['with another verdict', { ...input, verdict: 'maybe' }, 'verdict must be right or wrong, found "maybe"'],
    ['without a reason', { ...input, reason: undefined }, 'reason is missing'],
    ['with an empty reason', { ...input, reason: ' ' }, 'reason must be one line of 1 to 500 printable characters'],
    ['with a reason too long', { ...input, reason: 'x'.repeat(501) }, 'reason must be one line of 1 to 500'],
    ['with an unprintable name', { ...input, operator: 'a\u0007' }, 'operator must be one line of 1 to 100'],
    [
      'with an unknown key',
      { ...input, reviewer: 'ana' },
      '"reviewer" is not one of rollback, operator, verdict, reason',
    ],
    ['pasted as it is', { ...input, reason: 'WHY' }, 'replace WHY with your reason'],
  ])('%s', (_, given, message) => {
    expect(() => parseReview(given)).toThrow(
      expect.objectContaining({ name: 'ReviewRefused', message: expect.stringContaining(message) }),
    );
  });
});

test('a whole review is accepted', () => {
  expect(parseReview({ ...input, verdict: ' wrong ' })).toEqual({ ...input, verdict: 'wrong' });
});

describe('a review that does not count', () => {
  const ana = 'arn:aws:iam::1:user/ana';
  const voided = chainOf(
    ...automatic,
    closedForReview,
    verified('arn:x:r-1', ana),
    reviewed('bo'),
    verified('arn:review:1', ana),
  );

  test('is followed by one with the next number', () => {
    expect(reviewNumber(voided, { verdict: null })).toBe(2);
    expect(reviewMessageOf(80, 2)).toBe('review-80-2');
  });

  test('is named in reminders', () => {
    expect(reviewStanding(voided)).toBe(
      `The review by bo does not count, because ${ana} started the rollback: another person must review it.`,
    );
  });

  test('leaves the review open', () => {
    expect(openReviewOf(recordOf(voided))).toEqual({
      rollback: 'r-1',
      phase: 1,
      since: '2026-03-02T09:02:20.000Z',
      due: '2026-03-05T09:02:20.000Z',
      told: 0,
    });
  });
});

test('a review that was given is not open', () => {
  expect(openReviewOf(record(...automatic, closedForReview, reviewed('bo')))).toBeUndefined();
});

test('what a message gives to paste is accepted once name and reason are filled in', () => {
  const inputs = pasteableReviews('r-1')
    .replaceAll('YOUR NAME', 'ana')
    .replaceAll('WHY', 'rows were corrupt')
    .split('\n')
    .map((line) => parseReview(JSON.parse(line)));
  expect(inputs).toEqual([input, { ...input, verdict: 'wrong' }]);
  expect(reviewCommands('r-1', 'staging').split('\n')[0]).toBe(
    'npm run rollback -- review r-1 --verdict right --operator "YOUR NAME" --reason "WHY" --environment staging',
  );
});
