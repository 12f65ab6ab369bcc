import { describe, expect, test } from 'vitest';
import { parseYaml, readAll, readYaml } from '../../../config/yaml/read-yaml.ts';
import { mistakes, mistakesIn, schema } from './sample-file.ts';

const parse = (...lines: string[]) => parseYaml(schema, 'some.yaml', lines.join('\n'));

test("returns the schema's value of a valid file", () => {
  expect(parse('name: a', 'level: low', 'lasts: 2m')).toMatchObject({ name: 'a', level: 'low', lasts: 120 });
});

test.each([
  ['a tab that is not indentation', 'name:\ta\nlevel: low\t# as it is\n\t\n'],
  ['a non-breaking space in a comment', 'name: a #\u00a0b\nlevel: low\n'],
  ['a byte order mark', '\uFEFFname: a\nlevel: low\n'],
  ['Windows line ends', 'name: a\r\nlevel: low\r\n'],
  ['no line break at its end', 'name: a\nlevel: low'],
])('accepts %s', (_, text) => {
  expect(parseYaml(schema, 'some.yaml', text)).toMatchObject({ name: 'a', level: 'low' });
});

describe('a mistake names file and line, what was expected, what was found', () => {
  test.each([
    ['a wrong type', ['name: 5', 'level: low'], 'some.yaml:1: name: expected a text, found 5; in quotes it is a text'],
    [
      'a missing key, at the mapping that lacks it',
      ['# hello', '', 'name: a'],
      'some.yaml:3: level: expected one of low, high, found nothing',
    ],
    ['a key without a value', ['name: a', 'level: low', 'rows:'], 'some.yaml:3: rows: expected a list, found nothing'],
    [
      'an unknown key, at its own line',
      ['name: a', 'level: low', 'colour: red'],
      "some.yaml:3: expected one of the keys name, level, count, lasts, rows, extra, when, found 'colour'",
    ],
    [
      'an unknown key that is similar to a known one',
      ['name: a', 'level: low', 'cuont: 3'],
      "some.yaml:3: expected one of the keys name, level, count, lasts, rows, extra, when, found 'cuont'; did you mean count?",
    ],
    [
      'a misspelt key, without reporting the intended one as missing',
      ['name: a', 'levle: low'],
      "some.yaml:2: expected one of the keys name, level, count, lasts, rows, extra, when, found 'levle'; did you mean level?",
    ],
    [
      'a value outside the choices',
      ['name: a', 'level: mid'],
      'some.yaml:2: level: expected one of low, high, found "mid"',
    ],
    [
      'a value similar to one of the choices',
      ['name: a', 'level: hihg'],
      'some.yaml:2: level: expected one of low, high, found "hihg"; did you mean high?',
    ],
    [
      'a choice in capitals',
      ['name: a', 'level: HIGH'],
      'some.yaml:2: level: expected one of low, high, found "HIGH"; did you mean high?',
    ],
    [
      'true in place of a text',
      ['name: true', 'level: low'],
      'some.yaml:1: name: expected a text, found true; in quotes it is a text',
    ],
    [
      'a number as it is written in the file',
      ['name: 0123', 'level: low'],
      'some.yaml:1: name: expected a text, found 0123; in quotes it is a text',
    ],
    [
      'a missing text, with the error text of its pattern',
      ['name: a', 'level: low', 'rows:', '  - {}'],
      'some.yaml:4: rows.0.from: expected lower-case letters, found nothing',
    ],
    [
      'a fraction in place of a whole number',
      ['name: a', 'level: low', 'count: 2.5'],
      'some.yaml:3: count: expected a whole number, found 2.5',
    ],
    ['a number too small', ['name: a', 'level: low', 'count: 1'], 'some.yaml:3: count: expected at least 2, found 1'],
    [
      'a list too short',
      ['name: a', 'level: low', 'rows: []'],
      'some.yaml:3: rows: expected at least 1 entry, found []',
    ],
    ['an empty text', ['name: ""', 'level: low'], 'some.yaml:1: name: expected at least 1 character, found ""'],
    [
      'a list in place of a mapping',
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
      "some.yaml:5: rows.0: expected one of the keys from, found 'to'",
    ],
    [
      'a key of the wrong kind',
      ['name: a', 'level: low', 'extra:', '  Good: x', '  bad: y'],
      "some.yaml:5: extra: expected a capital first, found 'bad'",
    ],
    [
      'a mistake in one of two alternatives, for the deepest match',
      ['name: a', 'level: low', 'when:', '  on:', '    day: Monday'],
      'some.yaml:5: when.on.day: expected a whole number, found "Monday"',
    ],
    [
      'an invisible character, by its number',
      ['name: a', 'level: low\u00a0'],
      'some.yaml:2: level: expected one of low, high, found "low\\u00a0"; did you mean low?',
    ],
    [
      'a key with an invisible character',
      ['name: a', '\u200blevel: low'],
      "some.yaml:2: expected one of the keys name, level, count, lasts, rows, extra, when, found '\\u200blevel'; did you mean level?",
    ],
    ['an empty file', [''], 'some.yaml:1: expected a mapping, found an empty file'],
    ['a list as a file', ['- a'], 'some.yaml:1: expected a mapping, found ["a"]'],
  ])('%s', (_, lines, mistake) => {
    expect(mistakes(...lines)).toEqual([mistake]);
  });

  test('reports every mistake with its own line, two unknown keys included', () => {
    expect(mistakes('colour: red', 'name: a', 'level: mid', 'shape: round')).toEqual([
      "some.yaml:1: expected one of the keys name, level, count, lasts, rows, extra, when, found 'colour'",
      'some.yaml:3: level: expected one of low, high, found "mid"',
      "some.yaml:4: expected one of the keys name, level, count, lasts, rows, extra, when, found 'shape'",
    ]);
  });

  test('cuts a long value', () => {
    expect(mistakes(`name: a`, `level: ${'x'.repeat(200)}`)[0]).toHaveLength(
      'some.yaml:2: level: expected one of low, high, found '.length + 80,
    );
  });
});

test('throws an error with one mistake per line', () => {
  expect(() => parse('name: 5', 'level: mid')).toThrow(
    'some.yaml:1: name: expected a text, found 5; in quotes it is a text\nsome.yaml:2: level: expected one of low, high, found "mid"',
  );
});

describe('references to other files', () => {
  const references = [
    { at: ['rows', 'from'], what: 'a letter of the house', known: ['abc', 'xyz'] },
    { at: ['extra'], keys: true, what: 'a name of the house', known: ['Ana', 'Ben'] },
  ];
  const refused = (...lines: string[]) => mistakesIn(lines, references);

  test('are refused with the known words and the similar one', () => {
    expect(refused('name: a', 'level: low', 'rows:', '  - from: xyz', '  - from: abd')).toEqual([
      'some.yaml:5: rows.1.from: expected a letter of the house (abc, xyz), found "abd"; did you mean abc?',
    ]);
  });

  test('may be keys of a mapping', () => {
    expect(refused('name: a', 'level: low', 'extra: { Anna: x }')).toEqual([
      "some.yaml:3: extra: expected one of the keys Ana, Ben, found 'Anna'; did you mean Ana?",
    ]);
  });

  test('are checked in a file with other mistakes, and reported once if the schema refuses them too', () => {
    expect(refused('level: low', 'rows:', '  - from: abd', '  - from: ABC')).toEqual([
      'some.yaml:1: name: expected a text, found nothing',
      'some.yaml:3: rows.0.from: expected a letter of the house (abc, xyz), found "abd"; did you mean abc?',
      'some.yaml:4: rows.1.from: expected lower-case letters, found "ABC"',
    ]);
  });
});

test('gives the line of a value to checks between files', () => {
  const file = readYaml(schema, 'some.yaml', 'name: a\nlevel: low\nrows:\n  - from: b\n');
  expect(file.mistake(['rows', 0, 'from'], 'expected another')).toBe('some.yaml:4: rows.0.from: expected another');
  expect(file.mistake([], 'expected another name')).toBe('some.yaml:1: expected another name');
});

describe('several files', () => {
  const reading = (text: string) => () => parseYaml(schema, 'some.yaml', text);

  test('return the value of each', () => {
    expect(readAll(reading('name: a\nlevel: low'), () => 2)).toMatchObject([{ name: 'a' }, 2]);
  });

  test('are refused with the mistakes of all of them', () => {
    expect(() => readAll(reading('name: a'), () => 2, reading('level: low'))).toThrow(
      'some.yaml:1: level: expected one of low, high, found nothing\nsome.yaml:1: name: expected a text, found nothing',
    );
  });

  test('rethrow an error of another kind', () => {
    expect(() => readAll(reading('name: a'), () => Object.create(null).x.y)).toThrow(TypeError);
  });
});
