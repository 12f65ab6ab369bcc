import { expect, test } from 'vitest';
import { parseReleaseRequest } from '../../../domain/decision/release-request.ts';

const refusal = (wrong: string) =>
  expect.objectContaining({
    name: 'ReleaseRefused',
    message: `A release needs an operator and a reason: {"operator": "ana", "reason": "host-2 repaired by hand"}, and may name the rollback; ${wrong}. Nothing was released.`,
  });

test('accepts an operator and a reason', () => {
  expect(parseReleaseRequest({ operator: ' ana ', reason: 'host-2 mended' })).toEqual({
    operator: 'ana',
    reason: 'host-2 mended',
  });
});

test('accepts the rollback that must be the holder', () => {
  expect(parseReleaseRequest({ operator: 'ana', reason: 'mended', rollback: 'r-1' }).rollback).toBe('r-1');
});

test.each([
  ['nothing', null, 'found null'],
  ['a list', [], 'found []'],
  ['no operator and no reason', {}, 'operator is missing'],
  ['no reason', { operator: 'ana' }, 'reason is missing'],
  [
    'a blank operator',
    { operator: ' ', reason: 'x' },
    'operator must be one line of 1 to 100 printable characters, found " "',
  ],
  [
    'a number as reason',
    { operator: 'ana', reason: 7 },
    'reason must be one line of 1 to 500 printable characters, found 7',
  ],
  [
    'a reason of two lines',
    { operator: 'ana', reason: 'a\nb' },
    'reason must be one line of 1 to 500 printable characters, found "a\\nb"',
  ],
  ['an unknown key', { operator: 'ana', raeson: 'x' }, '"raeson" is not one of operator, reason, rollback'],
])('refuses %s, with an input that works', (_, input, wrong) => {
  expect(() => parseReleaseRequest(input)).toThrow(refusal(wrong));
});
