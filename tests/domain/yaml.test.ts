import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { duration } from '../../domain/duration.ts';
import { InvalidFile, parseYaml } from '../../domain/yaml.ts';

const schema = z.strictObject({
  name: z.string().min(1),
  level: z.enum(['low', 'high']),
  count: z.int().min(2).default(2),
  lasts: duration.default(60),
  rows: z
    .array(z.strictObject({ from: z.string().regex(/^[a-z]+$/, { error: 'lower-case letters' }) }))
    .min(1)
    .default([{ from: 'a' }]),
  extra: z.record(z.string().regex(/^[A-Z]/, { error: 'a capital first' }), z.string()).default({}),
  when: z
    .union([z.strictObject({ at: z.string() }), z.strictObject({ on: z.strictObject({ day: z.int() }) })])
    .optional(),
});

const parse = (...lines: string[]) => parseYaml(schema, 'some.yaml', lines.join('\n'));

/** The mistakes found, one a line. */
function mistakes(...lines: string[]): readonly string[] {
  try {
    parse(...lines);
  } catch (error) {
    if (error instanceof InvalidFile) return error.mistakes;
    throw error;
  }
  return [];
}

test('a file without a mistake is what the schema makes of it', () => {
  expect(parse('name: a', 'level: low', 'lasts: 2m')).toMatchObject({ name: 'a', level: 'low', lasts: 120 });
});

test('an alias stands for its anchor', () => {
  expect(parse('name: &n a', 'level: low', 'rows: [{ from: *n }]').rows).toEqual([{ from: 'a' }]);
});

describe('a mistake names file and line, what was expected, what was found', () => {
  test.each([
    ['a wrong type', ['name: 5', 'level: low'], 'some.yaml:1: name: expected a text, found 5'],
    [
      'a missing key, at what lacks it',
      ['# hello', '', 'name: a'],
      'some.yaml:3: level: expected one of low, high, found nothing',
    ],
    ['a key without a value', ['name: a', 'level: low', 'rows:'], 'some.yaml:3: rows: expected a list, found null'],
    [
      'an unknown key, at its own line',
      ['name: a', 'level: low', 'colour: red'],
      "some.yaml:3: expected only known keys, found 'colour'",
    ],
    [
      'a value outside the choices',
      ['name: a', 'level: mid'],
      'some.yaml:2: level: expected one of low, high, found "mid"',
    ],
    [
      'no whole number',
      ['name: a', 'level: low', 'count: 2.5'],
      'some.yaml:3: count: expected a whole number, found 2.5',
    ],
    ['a number too small', ['name: a', 'level: low', 'count: 1'], 'some.yaml:3: count: expected at least 2, found 1'],
    [
      'a list too short',
      ['name: a', 'level: low', 'rows: []'],
      'some.yaml:3: rows: expected at least 1 of them, found []',
    ],
    ['an empty text', ['name: ""', 'level: low'], 'some.yaml:1: name: expected at least 1 character, found ""'],
    [
      'a list where a mapping belongs',
      ['name: a', 'level: low', 'extra: [b]'],
      'some.yaml:3: extra: expected a mapping, found ["b"]',
    ],
    [
      'a duration without a unit',
      ['name: a', 'level: low', 'lasts: "90"'],
      'some.yaml:3: lasts: expected a duration such as 90s, 15m or 4h, found "90"',
    ],
    [
      'an entry of a list',
      ['name: a', 'level: low', 'rows:', '  - from: b', '  - from: C'],
      'some.yaml:5: rows.1.from: expected lower-case letters, found "C"',
    ],
    [
      'an unknown key in an entry of a list',
      ['name: a', 'level: low', 'rows:', '  - from: b', '    to: c'],
      "some.yaml:5: rows.0: expected only known keys, found 'to'",
    ],
    [
      'a key of the wrong kind',
      ['name: a', 'level: low', 'extra:', '  Good: x', '  bad: y'],
      "some.yaml:5: extra: expected a capital first, found 'bad'",
    ],
    [
      'the alternative that came furthest',
      ['name: a', 'level: low', 'when:', '  on:', '    day: Monday'],
      'some.yaml:5: when.on.day: expected a number, found "Monday"',
    ],
    ['an empty file', [''], 'some.yaml:1: expected a mapping, found null'],
    ['a list as a file', ['- a'], 'some.yaml:1: expected a mapping, found ["a"]'],
  ])('%s', (_, lines, mistake) => {
    expect(mistakes(...lines)).toEqual([mistake]);
  });

  test('every mistake has a line of its own, also two unknown keys', () => {
    expect(mistakes('colour: red', 'name: a', 'level: mid', 'shape: round')).toEqual([
      'some.yaml:3: level: expected one of low, high, found "mid"',
      "some.yaml:1: expected only known keys, found 'colour'",
      "some.yaml:4: expected only known keys, found 'shape'",
    ]);
  });

  test('a long value is cut', () => {
    expect(mistakes(`name: a`, `level: ${'x'.repeat(200)}`)[0]).toHaveLength(
      'some.yaml:2: level: expected one of low, high, found '.length + 80,
    );
  });
});

describe('broken YAML', () => {
  test.each([
    ['an open bracket', ['name: [a', 'level: low'], /^some\.yaml:2: expected YAML, found a mistake: /],
    [
      'a key given twice',
      ['name: a', 'name: b'],
      /^some\.yaml:2: expected YAML, found a mistake: Map keys must be unique$/,
    ],
    ['a tab for indentation', ['name: a', 'extra:', '\tA: b'], /^some\.yaml:3: expected YAML, found a mistake: /],
    [
      'an alias nobody anchored',
      ['name: a', 'level: *nobody'],
      /^some\.yaml:2: expected YAML, found a mistake: .*nobody/,
    ],
    ['a second document', ['name: a', '---', 'name: b'], /^some\.yaml:2: expected YAML, found a mistake: /],
  ])('%s is said with its line', (_, lines, mistake) => {
    expect(mistakes(...lines)[0]).toMatch(mistake);
  });

  test('the message of the error is its mistakes, one a line', () => {
    expect(() => parse('name: 5', 'level: mid')).toThrow(
      'some.yaml:1: name: expected a text, found 5\nsome.yaml:2: level: expected one of low, high, found "mid"',
    );
  });
});
