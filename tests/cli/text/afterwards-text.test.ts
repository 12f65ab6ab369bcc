import { expect, test } from 'vitest';
import { afterwardsLines } from '../../../cli/text/afterwards-text.ts';
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
} from '../../domain/history/sample-events.ts';

const lines = (...events: SampleEvent[]) =>
  afterwardsLines(recordOf(chainOf(openedByAlarm, actsAtOnce, taken, ...events)));
const annotated = (detail: object): SampleEvent => ['Annotated', '30:00', { operator: 'ana', by: 'arn:a', ...detail }];

test('a rollback without findings that needs no review has no such sections', () => {
  expect(lines(closed)).toEqual([]);
});

test('an open review shows its deadline', () => {
  expect(lines(closedForReview)).toEqual([
    'REVIEW',
    '  due                     2026-03-05T09:02:20.000Z',
    '  verdict                 none yet: a second person must review it',
  ]);
});

test('a review shows the claimed name and the verified principal', () => {
  expect(lines(closedForReview, reviewed('bo')).at(-1)).toBe(
    '  right                   bo, not verified yet, at 2026-03-02T09:40:00.000Z: rows were corrupt',
  );
  expect(lines(closedForReview, reviewed('bo'), verified('arn:review:1', 'user/bo')).at(-1)).toContain(
    'bo, verified as user/bo, at',
  );
});

test('findings show what was given, and who gave them last', () => {
  expect(
    lines(closed, annotated({ note: 'see the dump', false_positive: true, links: ['https://a.example'] })),
  ).toEqual([
    'ANNOTATION',
    '  note                    see the dump',
    '  false_positive          true',
    '  link                    https://a.example',
    '  last_annotated          ana, not verified yet, at 2026-03-02T09:30:00.000Z',
  ]);
});

test('findings of several annotations show who gave which of them', () => {
  const second: SampleEvent = [
    'Annotated',
    '40:00',
    { operator: 'bo', by: 'arn:b', root_cause: 'bad config', prevention_measures: ['a check'] },
  ];
  const events = chainOf(
    openedByAlarm,
    actsAtOnce,
    taken,
    closed,
    annotated({ note: 'see the dump', false_positive: false }),
    verified('arn:a', 'user/ana'),
    second,
  );
  expect(afterwardsLines(recordOf(events), events)).toEqual([
    'ANNOTATION',
    '  note                    see the dump',
    '  false_positive          false',
    '  annotated               ana, verified as user/ana, at 2026-03-02T09:30:00.000Z: note, false_positive',
    '  annotated               bo, not verified yet, at 2026-03-02T09:40:00.000Z: root_cause, prevention_measures',
  ]);
});
