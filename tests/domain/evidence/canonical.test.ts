import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import { inPython } from './python.ts';

/** Doubles of every size, and the borders at which ECMAScript changes how it writes a number. */
const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, 1e21, 1e20, 123456789012345680000, 1e-6, 1e-7, 9.99e-7, 5e-324, 1.7976931348623157e308, 0.1),
);
/** Any text that UTF-8 can hold: controls, quotes, and characters outside the Basic Multilingual Plane. */
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('\u2028', '\u007f', '\u{1F600}', '"\\'),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    numbers,
    texts,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(texts, tie('value'), { maxKeys: 5 }),
  ),
}));

/** As the value arrives from a file: -0 is 0 there. */
const written = (one: unknown) => JSON.parse(JSON.stringify(one));
const hashesInPython = (values: unknown) =>
  inPython<string[]>('result = [v.content_hash(one) for one in given]', values);

test('verify.py and the product hash any JSON alike', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 300, maxLength: 600 }), (values) => {
      expect(hashesInPython(values)).toEqual(written(values).map(contentHash));
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 60_000);

test('verify.py and the product hash any number alike', () => {
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 3000, maxLength: 5000 }), (values) => {
      expect(hashesInPython(values)).toEqual(written(values).map(contentHash));
    }),
    { numRuns: 4, endOnFailure: true },
  );
}, 60_000);

test('keys are sorted by UTF-16 code units, so a character beyond U+FFFF comes before U+FFFD', () => {
  const one = { '\u{1F600}': 1, '\uFFFD': 2 };
  expect(inPython('result = v.canonical(given)', one)).toBe('{"\u{1F600}":1,"\uFFFD":2}');
  expect(hashesInPython([one])).toEqual([contentHash(one)]);
});

describe('verify.py refuses what the product cannot hash:', () => {
  test.each([
    ['a lone surrogate', '"\\\\ud800"'],
    ['NaN', 'NaN'],
    ['a number beyond a double', '1e999'],
  ])('%s', (_, text) => {
    const body = `
try:
    v.canonical(v.parsed(b'${text}'))
    result = 'hashed'
except ValueError:
    result = 'refused'`;
    expect(inPython(body, null)).toBe('refused');
  });
});
