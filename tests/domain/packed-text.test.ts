import { expect, test } from 'vitest';
import { packed, unpacked } from '../../domain/packed-text.ts';

test('a packed text is shorter, and comes back as it was', () => {
  const text = 'Äußerst wichtig: [rollback_id]\n'.repeat(40);
  expect(unpacked(packed(text))).toBe(text);
  expect(packed(text).length).toBeLessThan(text.length / 4);
});

test('a damaged pack is an error, not another text', () => {
  expect(() => unpacked('not packed')).toThrow();
});
