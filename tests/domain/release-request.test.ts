import { expect, test } from 'vitest';
import { parseReleaseRequest } from '../../domain/release-request.ts';

const refusal = (found: string) =>
  expect.objectContaining({
    name: 'ReleaseRefused',
    message: `A release needs who and why: {"operator": "ana", "reason": "host-2 mended by hand"}, and may name the rollback. Found: ${found}.`,
  });

test('a release says who and why', () => {
  expect(parseReleaseRequest({ operator: ' ana ', reason: 'host-2 mended' })).toEqual({
    operator: 'ana',
    reason: 'host-2 mended',
  });
});

test('a release may name the rollback that must be the holder', () => {
  expect(parseReleaseRequest({ operator: 'ana', reason: 'mended', rollback: 'r-1' }).rollback).toBe('r-1');
});

test.each([
  ['nothing', null, 'Invalid input: expected object, received null'],
  [
    'neither who nor why',
    {},
    'operator: Invalid input: expected string, received undefined; reason: Invalid input: expected string, received undefined',
  ],
  ['a blank operator', { operator: ' ', reason: 'x' }, 'operator: Too small: expected string to have >=1 characters'],
  ['an unknown key', { operator: 'ana', reason: 'x', force: true }, 'Unrecognized key: "force"'],
])('%s is refused with an input that works', (_, input, found) => {
  expect(() => parseReleaseRequest(input)).toThrow(refusal(found));
});
