import { describe, expect, test } from 'vitest';
import { mistakes } from './sample-file.ts';

describe('broken YAML', () => {
  test.each([
    [
      'a text with a colon',
      ['name: a: b', 'level: low'],
      'some.yaml:1: expected one "key: value", indented like its neighbours, found more; put a text with a colon in quotes',
    ],
    [
      'a missing comma',
      ['name: a', 'extra: { A: b C: d }'],
      'some.yaml:2: expected commas between the entries of { } or [ ], found a line break or colon instead',
    ],
    [
      'only the first error, without those that follow from it',
      ['rows:', '  - from: a', '  from: b', '    to: c', '  - from: d'],
      expect.stringMatching(/^some\.yaml:3: expected YAML, found a mistake: /),
    ],
    [
      'an open bracket',
      ['name: [a', 'level: low'],
      expect.stringMatching(/^some\.yaml:2: expected YAML, found a mistake: /),
    ],
    ['a key given twice', ['name: a', 'name: b'], "some.yaml:2: expected every key once, found 'name' a second time"],
    [
      'a tab for indentation',
      ['name: a', 'extra:', '\tA: b'],
      'some.yaml:3: expected spaces for indentation, found a tab; replace it with two spaces',
    ],
    [
      'a tab after spaces',
      ['name: a', 'rows:', '  - from: a', '  \t- from: b'],
      'some.yaml:4: expected spaces for indentation, found a tab; replace it with two spaces',
    ],
    [
      'a tab after a dash',
      ['name: a', 'rows:', '  -\tfrom: a', '    to: b'],
      'some.yaml:3: expected spaces for indentation, found a tab; replace it with two spaces',
    ],
    [
      'a non-breaking space for indentation',
      ['name: a', 'extra:', '  A: b', ' \u00a0B: c'],
      'some.yaml:4: expected a space, found the character U+00A0, which looks like one; replace it with a space',
    ],
    [
      'a non-breaking space after a colon',
      ['name: a', 'level:\u00a0low', 'count: 3'],
      'some.yaml:2: expected a space, found the character U+00A0, which looks like one; replace it with a space',
    ],
    [
      'a mistake in a file with a byte order mark, which is valid',
      ['\uFEFFname: a: b', 'level: low'],
      expect.stringMatching(/^some\.yaml:1: expected one "key: value"/),
    ],
    [
      'conflict markers of a merge, without the errors that follow',
      ['<<<<<<< HEAD', 'name: a', '=======', 'name: b', '>>>>>>> other', 'level: low'],
      'some.yaml:1: expected one version, found both sides of a git conflict from <<<<<<< on; keep one side and delete the lines of <, = and >',
    ],
    [
      'a single conflict marker',
      ['name: a', '>>>>>>> other', 'level: low'],
      'some.yaml:2: expected one version, found both sides of a git conflict from >>>>>>> on; keep one side and delete the lines of <, = and >',
    ],
    [
      'a conflict marker in a list, where it is valid YAML',
      ['name: a', 'rows: [', '<<<<<<< HEAD', '  { from: a },', ']'],
      'some.yaml:3: expected one version, found both sides of a git conflict from <<<<<<< on; keep one side and delete the lines of <, = and >',
    ],
    [
      'an alias, because a reviewer must read each value in its place',
      ['name: &n low', 'level: *n'],
      'some.yaml:2: expected the value itself, found the alias *n',
    ],
    [
      'a merge key',
      ['name: a', '<<: { level: low }'],
      'some.yaml:2: expected the keys themselves, found the merge key <<',
    ],
    ['an anchor in itself', ['name: a', 'rows: &r [*r]'], 'some.yaml:2: expected the value itself, found the alias *r'],
    ['a number as a key', ['name: a', '1: b'], 'some.yaml:2: expected a text as key, found 1; in quotes it is a text'],
    ['a list as a key', ['name: a', '? [b]', ': c'], 'some.yaml:2: expected a text as key, found more than one word'],
    ['a tag', ['name: a', 'level: !mine low'], 'some.yaml:2: expected a value without a tag, found !mine'],
    [
      'bytes that are not UTF-8',
      ['name: a', 'level: \uFFFD'],
      'some.yaml:2: expected text in UTF-8, found bytes that are not',
    ],
    [
      'a second document',
      ['name: a', '---', 'name: b'],
      'some.yaml:2: expected one document, found a second one after ---',
    ],
  ])('reports %s with its line', (_, lines, mistake) => {
    expect(mistakes(...lines)).toEqual([mistake]);
  });

  test('reports duplicate keys in addition to the first other error', () => {
    expect(mistakes('name: a', 'name: b', 'level: [low')).toEqual([
      "some.yaml:2: expected every key once, found 'name' a second time",
      expect.stringMatching(/^some\.yaml:3: expected YAML, found a mistake: /),
    ]);
  });
});
