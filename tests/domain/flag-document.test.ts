import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { emptyFlags, firstFlagsSchema, flagDocument, withFlag } from '../../domain/flag-document.ts';
import { parseYaml } from '../../domain/yaml.ts';

const barchart = {
  version: '1',
  flags: { data_source: { name: 'data_source', attributes: { value: { constraints: { type: 'string' } } } } },
  values: { data_source: { enabled: true, value: 'barchart' } },
};

test('a flag in no document, and in an empty one, makes the same document', () => {
  expect(withFlag(undefined, 'data_source', 'barchart')).toEqual(barchart);
  expect(withFlag(emptyFlags, 'data_source', 'barchart')).toEqual(barchart);
});

test('a flag that is set so already leaves the very same document', () => {
  const document = withFlag(undefined, 'data_source', 'barchart');
  expect(withFlag(document, 'data_source', 'barchart')).toBe(document);
});

test.each([
  ['another value', { enabled: true, value: 'databento' }],
  ['the value, but off', { enabled: false, value: 'barchart' }],
])('a flag with %s is set', (_, before) => {
  const document = { ...flagDocument({ data_source: 'x' }), values: { data_source: before } };
  expect(withFlag(document, 'data_source', 'barchart').values).toEqual(barchart.values);
});

test('other flags, and what a person called this one, stay as they are', () => {
  const document = {
    version: '1',
    flags: { data_source: { name: 'Where prices come from', attributes: {} }, engine: { name: 'Engine' } },
    values: { data_source: { enabled: false, note: 'kept' }, engine: { enabled: false } },
  } as const;
  expect(withFlag(document, 'data_source', 'barchart')).toEqual({
    version: '1',
    flags: document.flags,
    values: { data_source: { enabled: true, value: 'barchart', note: 'kept' }, engine: { enabled: false } },
  });
});

describe('first values', () => {
  const parse = (text: string) => parseYaml(firstFlagsSchema, 'flags.yaml', text);

  test('are a document of these flags and no others', () => {
    expect(flagDocument({ data_source: 'barchart' })).toEqual(barchart);
  });

  test('of infra/flags.yaml: the data source is the new client', () => {
    expect(parse(readFileSync(new URL('../../infra/flags.yaml', import.meta.url), 'utf8'))).toEqual({
      data_source: 'databento',
    });
  });

  test.each([
    ['Data-Source: x', /expected a flag such as data_source/],
    ['data_source: a b', /expected letters, digits and \. _ -, found "a b"/],
    ['data_source: 1', /expected letters.*found 1/],
  ])('%s is refused', (text, found) => {
    expect(() => parse(text)).toThrow(found);
  });
});
