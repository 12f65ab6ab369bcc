import { expect, test } from 'vitest';
import { contentHash } from '../../domain/content-hash.ts';

test('the hash is SHA-256 of the canonical JSON', () => {
  // printf '{"a":1,"b":[true,null]}' | sha256sum
  expect(contentHash({ b: [true, null], a: 1 })).toBe(
    '1cc69c7fa23616ca2ec3ee70d24390a6225c8832db8a4c814c7e0e7f942f8668',
  );
});

test('the hash does not depend on the order of keys', () => {
  expect(contentHash({ a: { b: 1, c: 2 } })).toBe(contentHash({ a: { c: 2, b: 1 } }));
});

test('the hash depends on the order of a list', () => {
  expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
});
