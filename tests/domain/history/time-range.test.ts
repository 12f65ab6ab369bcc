import { describe, expect, test } from 'vitest';
import { InvalidInput } from '../../../domain/errors.ts';
import { type AskedRange, type TimeRange, timeRange } from '../../../domain/history/time-range.ts';

const now = Date.parse('2026-11-29T12:00:00Z');

test.each<[AskedRange, TimeRange]>([
  [{}, {}],
  [{ from: '2026-11-01' }, { from: '2026-11-01T00:00:00.000Z' }],
  [{ from: '2024-02-29' }, { from: '2024-02-29T00:00:00.000Z' }],
  [{ to: '2026-11-30' }, { to: '2026-12-01T00:00:00.000Z' }],
  [{ to: '2026-11-30T00:00Z' }, { to: '2026-11-30T00:00:00.000Z' }],
  [
    { from: '2026-11-01', to: '2026-11-01' },
    { from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' },
  ],
  [{ from: '2026-11-01T09:30Z' }, { from: '2026-11-01T09:30:00.000Z' }],
  [{ from: '2026-11-01T09:30:15.5+01:00' }, { from: '2026-11-01T08:30:15.500Z' }],
  [{ last: '90d' }, { from: '2026-08-31T12:00:00.000Z' }],
  [{ last: '2w' }, { from: '2026-11-15T12:00:00.000Z' }],
  [{ last: '12h' }, { from: '2026-11-29T00:00:00.000Z' }],
  [{ last: '30m' }, { from: '2026-11-29T11:30:00.000Z' }],
])('%j is the range %j', (asked, range) => {
  expect(timeRange(asked, now)).toEqual(range);
});

describe('a range is refused that', () => {
  const day = 'takes a day such as 2026-11-01, or an instant such as 2026-11-01T09:30Z; found';
  const span = '--last takes a span such as 90d, 12h, 30m or 2w';
  test.each<[string, AskedRange, string]>([
    ['names no date', { from: 'yesterday' }, `--from ${day} "yesterday".`],
    ['is empty text', { to: '' }, `--to ${day} "".`],
    ['has another order', { from: '01.11.2026' }, `--from ${day}`],
    ['has no such day', { from: '2026-02-30' }, `--from ${day}`],
    ['has no such month', { to: '2026-13-01' }, `--to ${day}`],
    ['has no such hour', { from: '2026-11-01T25:00Z' }, `--from ${day}`],
    ['has no zone', { from: '2026-11-01T09:30' }, '--from 2026-11-01T09:30 has no time zone. Add Z for UTC'],
    ['ends before it starts', { from: '2026-11-02', to: '2026-11-01' }, 'The range ends before it starts: --from'],
    ['ends as it starts', { from: '2026-11-01', to: '2026-11-01T00:00Z' }, 'The range ends before it starts'],
    ['starts in the future', { from: '2026-11-30' }, '--from 2026-11-30 is in the future: it is 2026-11-29T12:00'],
    ['has two beginnings', { last: '7d', from: '2026-11-01' }, '--last is a range of its own.'],
    ['has an end beside --last', { last: '7d', to: '2026-11-01' }, '--last is a range of its own.'],
    ['has a span without a unit', { last: '90' }, span],
    ['has an unknown unit', { last: '3y' }, span],
    ['has no length', { last: '0d' }, span],
    ['has a negative length', { last: '-1d' }, span],
    ['begins before 1970', { last: '99999w' }, span],
  ])('%s', (_, asked, sentence) => {
    expect(() => timeRange(asked, now)).toThrow(InvalidInput);
    expect(() => timeRange(asked, now)).toThrow(sentence);
  });
});
