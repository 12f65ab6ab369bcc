import { describe, expect, test } from 'vitest';
import { parseYaml, readAll, readYaml } from '../../../config/yaml/read-yaml.ts';
import { mistakes, mistakesIn, schema } from './sample-file.ts';

const parse = (...lines: string[]) => parseYaml(schema, 'some.yaml', lines.join('\n'));

test('a file without a mistake is what the schema makes of it', () => {
  expect(parse('name: a', 'level: low', 'lasts: 2m')).toMatchObject({ name: 'a', level: 'low', lasts: 120 });
});

test.each([
  ['a tab that is no indentation', 'name:\ta\nlevel: low\t# as it is\n\t\n'],
  ['a non-breaking space in a comment', 'name: a #\u00a0b\nlevel: low\n'],
  ['a byte order mark', '\uFEFFname: a\nlevel: low\n'],
  ['lines that end as on Windows', 'name: a\r\nlevel: low\r\n'],
  ['no line break at its end', 'name: a\nlevel: low'],
])('%s changes nothing', (_, text) => {
  expect(parseYaml(schema, 'some.yaml', text)).toMatchObject({ name: 'a', level: 'low' });
});

describe('a mistake names file and line, what was expected, what was found', () => {
  test.each([
    ['a wrong type', ['name: 5', 'level: low'], 'some.yaml:1: name: expected a text, found 5; in quotes it is a text'],
    [
      'a missing key, at what lacks it',
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
      'an unknown key that is near a known one',
      ['name: a', 'level: low', 'cuont: 3'],
      "some.yaml:3: expected one of the keys name, level, count, lasts, rows, extra, when, found 'cuont'; did you mean count?",
    ],
    [
      'a misspelt key, which is not missing too',
      ['name: a', 'levle: low'],
      "some.yaml:2: expected one of the keys name, level, count, lasts, rows, extra, when, found 'levle'; did you mean level?",
    ],
    [
      'a value outside the choices',
      ['name: a', 'level: mid'],
      'some.yaml:2: level: expected one of low, high, found "mid"',
    ],
    [
      'a value near one of the choices',
      ['name: a', 'level: hihg'],
      'some.yaml:2: level: expected one of low, high, found "hihg"; did you mean high?',
    ],
    [
      'a choice in capitals',
      ['name: a', 'level: HIGH'],
      'some.yaml:2: level: expected one of low, high, found "HIGH"; did you mean high?',
    ],
    [
      'true where a text belongs',
      ['name: true', 'level: low'],
      'some.yaml:1: name: expected a text, found true; in quotes it is a text',
    ],
    [
      'a number as it is written, not as it is read',
      ['name: 0123', 'level: low'],
      'some.yaml:1: name: expected a text, found 0123; in quotes it is a text',
    ],
    [
      "a missing text, in its pattern's words",
      ['name: a', 'level: low', 'rows:', '  - {}'],
      'some.yaml:4: rows.0.from: expected lower-case letters, found nothing',
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
      'some.yaml:3: rows: expected at least 1 entry, found []',
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
      "some.yaml:5: rows.0: expected one of the keys from, found 'to'",
    ],
    [
      'a key of the wrong kind',
      ['name: a', 'level: low', 'extra:', '  Good: x', '  bad: y'],
      "some.yaml:5: extra: expected a capital first, found 'bad'",
    ],
    [
      'the alternative that came furthest',
      ['name: a', 'level: low', 'when:', '  on:', '    day: Monday'],
      'some.yaml:5: when.on.day: expected a whole number, found "Monday"',
    ],
    [
      'a character that nobody sees, by its number',
      ['name: a', 'level: low\u00a0'],
      'some.yaml:2: level: expected one of low, high, found "low\\u00a0"; did you mean low?',
    ],
    [
      'a key with a character that nobody sees',
      ['name: a', '\u200blevel: low'],
      "some.yaml:2: expected one of the keys name, level, count, lasts, rows, extra, when, found '\\u200blevel'; did you mean level?",
    ],
    ['an empty file', [''], 'some.yaml:1: expected a mapping, found an empty file'],
    ['a list as a file', ['- a'], 'some.yaml:1: expected a mapping, found ["a"]'],
  ])('%s', (_, lines, mistake) => {
    expect(mistakes(...lines)).toEqual([mistake]);
  });

  test('every mistake has a line of its own, also two unknown keys', () => {
    expect(mistakes('colour: red', 'name: a', 'level: mid', 'shape: round')).toEqual([
      "some.yaml:1: expected one of the keys name, level, count, lasts, rows, extra, when, found 'colour'",
      'some.yaml:3: level: expected one of low, high, found "mid"',
      "some.yaml:4: expected one of the keys name, level, count, lasts, rows, extra, when, found 'shape'",
    ]);
  });

  test('a long value is cut', () => {
    expect(mistakes(`name: a`, `level: ${'x'.repeat(200)}`)[0]).toHaveLength(
      'some.yaml:2: level: expected one of low, high, found '.length + 80,
    );
  });
});

test('the message of the error is its mistakes, one a line', () => {
  expect(() => parse('name: 5', 'level: mid')).toThrow(
    'some.yaml:1: name: expected a text, found 5; in quotes it is a text\nsome.yaml:2: level: expected one of low, high, found "mid"',
  );
});

describe('words that must be known elsewhere', () => {
  const references = [
    { at: ['rows', 'from'], what: 'a letter of the house', known: ['abc', 'xyz'] },
    { at: ['extra'], keys: true, what: 'a name of the house', known: ['Ana', 'Ben'] },
  ];
  const refused = (...lines: string[]) => mistakesIn(lines, references);

  test('are refused with those that are known, and the one that is near', () => {
    expect(refused('name: a', 'level: low', 'rows:', '  - from: xyz', '  - from: abd')).toEqual([
      'some.yaml:5: rows.1.from: expected a letter of the house (abc, xyz), found "abd"; did you mean abc?',
    ]);
  });

  test('may be keys', () => {
    expect(refused('name: a', 'level: low', 'extra: { Anna: x }')).toEqual([
      "some.yaml:3: extra: expected one of the keys Ana, Ben, found 'Anna'; did you mean Ana?",
    ]);
  });

  test('are looked for in a file that is wrong otherwise, and said once where the schema refuses them too', () => {
    expect(refused('level: low', 'rows:', '  - from: abd', '  - from: ABC')).toEqual([
      'some.yaml:1: name: expected a text, found nothing',
      'some.yaml:3: rows.0.from: expected a letter of the house (abc, xyz), found "abd"; did you mean abc?',
      'some.yaml:4: rows.1.from: expected lower-case letters, found "ABC"',
    ]);
  });
});

test('whoever compares files finds the line of what they compare', () => {
  const file = readYaml(schema, 'some.yaml', 'name: a\nlevel: low\nrows:\n  - from: b\n');
  expect(file.mistake(['rows', 0, 'from'], 'expected another')).toBe('some.yaml:4: rows.0.from: expected another');
  expect(file.mistake([], 'expected another name')).toBe('some.yaml:1: expected another name');
});

describe('several files', () => {
  const reading = (text: string) => () => parseYaml(schema, 'some.yaml', text);

  test('give what each of them says', () => {
    expect(readAll(reading('name: a\nlevel: low'), () => 2)).toMatchObject([{ name: 'a' }, 2]);
  });

  test('are refused with the mistakes of all of them', () => {
    expect(() => readAll(reading('name: a'), () => 2, reading('level: low'))).toThrow(
      'some.yaml:1: level: expected one of low, high, found nothing\nsome.yaml:1: name: expected a text, found nothing',
    );
  });

  test('do not hide an error of another kind', () => {
    expect(() => readAll(reading('name: a'), () => Object.create(null).x.y)).toThrow(TypeError);
  });
});
