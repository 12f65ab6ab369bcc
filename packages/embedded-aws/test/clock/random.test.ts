import { describe, expect, test } from 'vitest';
import { seeded, uuid } from '../../src/clock/random.ts';

describe('randomness', () => {
  test('is the same for the same seed and key, independent of earlier calls', () => {
    const [one, other] = [seeded(1), seeded(1)];
    other('something else');
    expect(other('host-1/start')).toBe(one('host-1/start'));
  });

  test('differs between keys', () => {
    const random = seeded(1);
    expect(random('host-1')).not.toBe(random('host-2'));
  });

  test('differs between seeds', () => {
    expect(seeded(1)('host-1')).not.toBe(seeded(2)('host-1'));
  });

  // A new release of the account must repeat old runs exactly.
  test('is the same in every version of this program', () => {
    expect(seeded(1)('host-1')).toBe(0.12599326320923865);
  });

  test('is spread over [0, 1)', () => {
    const random = seeded(7);
    const numbers = Array.from({ length: 1000 }, (_, i) => random(String(i)));
    const tenths = new Set(numbers.map((number) => Math.floor(number * 10)));
    expect([Math.min(...numbers) >= 0, Math.max(...numbers) < 1, tenths.size]).toEqual([true, true, 10]);
  });
});

describe('an id', () => {
  test('is a version 4 UUID', () => {
    expect(uuid(seeded(1), 'command/1')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test('is unique per key', () => {
    const random = seeded(1);
    const ids = new Set(Array.from({ length: 1000 }, (_, i) => uuid(random, `command/${i}`)));
    expect(ids.size).toBe(1000);
  });
});
