import { describe, expect, test } from 'vitest';
import { type AskedList, type PageStart, pageStart, pageToken } from '../../../domain/history/page-token.ts';

const place = (day: string) => ({ pk: 'RECORD#a', sk: 'RECORD', started: `${day}T00:00:00.000Z#a` });

const asked: AskedList = { environment: 'staging', filter: { phase: 2, mode: 'live' }, range: { last: '90d' } };
const start: PageStart = { range: { from: '2026-01-01T00:00:00.000Z' }, after: place('2026-02-02') };
const now = Date.parse('2026-03-02T09:00:00Z');
const token = pageToken(asked, start, now);

test('a page begins where the page before ended, in the range of the first page', () => {
  expect(pageStart(asked, token, now + 3_600_000)).toEqual(start);
});

describe('a token is refused', () => {
  test.each<[string, AskedList]>([
    ['another phase', { ...asked, filter: { phase: 3, mode: 'live' } }],
    ['one filter more', { ...asked, filter: { ...asked.filter, severity: 'HIGH' } }],
    ['another range', { ...asked, range: { last: '30d' } }],
    ['another environment', { ...asked, environment: 'production' }],
  ])('for %s', (_, other) => {
    expect(() => pageStart(other, token, now)).toThrow(
      'The page token belongs to other filters or to another environment. Run the command again without --page',
    );
  });

  test('after a day', () => {
    expect(() => pageStart(asked, token, now + 86_400_001)).toThrow(
      'The page token expired: it was printed at 2026-03-02T09:00:00.000Z. Run the command again without --page',
    );
  });

  const changed = (change: object) => pageToken(asked, { ...start, ...change }, now);
  test.each([
    ['it is empty', ''],
    ['it is a word', 'x'],
    ['it is no token', Buffer.from('{}').toString('base64url')],
    ['it is null', Buffer.from('null').toString('base64url')],
    ['it was cut', token.slice(0, -8)],
    ['it has a letter more', `${token}x`],
    ['it was printed tomorrow or later', pageToken(asked, start, now + 2 * 86_400_000)],
    ['its page begins before the range', changed({ after: place('2025-02-02') })],
    ['its page begins after the range', changed({ range: { to: '2026-01-01T00:00:00.000Z' } })],
    ['its page begins at no place', changed({ after: 7 })],
    ['its page begins at a text', changed({ after: '2026-02-02T00:00:00.000Z#a' })],
    ['its page begins at an empty key', changed({ after: { ...place('2026-02-02'), pk: '' } })],
    ['its page begins at a number', changed({ after: { ...place('2026-02-02'), sk: 7 } })],
    ['its range is no instant', changed({ range: { from: '90d' } })],
    ['its range has another field', changed({ range: { since: '2026-01-01T00:00:00.000Z' } })],
  ])('if %s', (_, given) => {
    expect(() => pageStart(asked, given, now)).toThrow('is not one that this command printed. Run the command again');
  });

  const edited = (change: (fields: Record<string, unknown>) => object) => {
    const fields = JSON.parse(Buffer.from(token, 'base64url').toString()) as Record<string, unknown>;
    return Buffer.from(JSON.stringify({ ...fields, ...change(fields) })).toString('base64url');
  };
  test.each<[string, object]>([
    ['after', { after: place('2026-02-01') }],
    ['range', { range: { from: '2026-01-15T00:00:00.000Z' } }],
    ['at', { at: now + 1 }],
    ['of', { of: 'x' }],
    ['sum', { sum: 'x' }],
    ['a further field', { more: 1 }],
  ])('if somebody has edited it and kept the rest: %s', (_, change) => {
    expect(() =>
      pageStart(
        asked,
        edited(() => change),
        now,
      ),
    ).toThrow('is not one that this command printed.');
  });
});
