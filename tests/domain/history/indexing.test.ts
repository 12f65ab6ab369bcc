import { expect, test } from 'vitest';
import { passNow, readUpTo } from '../../../domain/history/indexing.ts';
import { indexFormat } from '../../../domain/history/record-index.ts';

const hour = 3_600_000;
const now = Date.parse('2026-03-02T09:00:00.000Z');
const first = { format: indexFormat, pass: 1, since: '2026-03-02T09:00:00.000Z', after: null, done: false } as const;
const key = { pk: 'RECORD#a', sk: 'RECORD' };

test('the first pass begins at once in a new environment', () => {
  expect(passNow(undefined, now)).toEqual(first);
});

test.each([indexFormat - 1, indexFormat + 1])('it begins again after the format %d', (format) => {
  expect(passNow({ ...first, format, pass: 2, done: true, since: '2025-01-01T00:00:00.000Z' }, now)).toEqual(first);
});

test('a pass continues behind the last item that it read', () => {
  expect(passNow(readUpTo(first, key), now + hour)).toEqual({ ...first, after: key });
});

test('nothing is read between the passes', () => {
  expect(passNow(readUpTo(first, undefined), now + 25 * hour)).toBeUndefined();
});

test('the second pass begins once every rollback of the older version has ended', () => {
  expect(passNow(readUpTo(first, undefined), now + 26 * hour)).toMatchObject({ pass: 2, done: false, after: null });
});

test('nothing is read after the second pass', () => {
  expect(passNow({ ...first, pass: 2, done: true }, now + 1000 * hour)).toBeUndefined();
});
