import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../../config/yaml/read-yaml.ts';
import { emptyFlags, flagDocument, withFlags } from '../../../domain/infra/flag-document.ts';
import { flagsFileSchema } from '../../../domain/infra/flags-file.ts';

const barchart = {
  version: '1',
  flags: { data_source: { name: 'data_source', attributes: { value: { constraints: { type: 'string' } } } } },
  values: { data_source: { enabled: true, value: 'barchart' } },
};

test('setting a flag in no document and in an empty one makes the same document', () => {
  expect(withFlags(undefined, { data_source: 'barchart' })).toEqual(barchart);
  expect(withFlags(emptyFlags, { data_source: 'barchart' })).toEqual(barchart);
});

test('setting a flag to its value returns the identical document', () => {
  const document = withFlags(undefined, { data_source: 'barchart' });
  expect(withFlags(document, { data_source: 'barchart' })).toBe(document);
});

test.each([
  ['another value', { enabled: true, value: 'databento' }],
  ['the value, but off', { enabled: false, value: 'barchart' }],
])('sets a flag with %s', (_, before) => {
  const document = { ...flagDocument({ data_source: 'x' }), values: { data_source: before } };
  expect(withFlags(document, { data_source: 'barchart' }).values).toEqual(barchart.values);
});

test('keeps other flags, and the name and attributes that a person gave this one', () => {
  const document = {
    version: '1',
    flags: { data_source: { name: 'Where prices come from', attributes: {} }, engine: { name: 'Engine' } },
    values: { data_source: { enabled: false, note: 'kept' }, engine: { enabled: false } },
  } as const;
  expect(withFlags(document, { data_source: 'barchart' })).toEqual({
    version: '1',
    flags: document.flags,
    values: { data_source: { enabled: true, value: 'barchart', note: 'kept' }, engine: { enabled: false } },
  });
});

describe('several flags', () => {
  const wanted = { testing_mode: 'production', success_metrics: false, budget_dashboard: true };

  test('are set in one document; flags without a text are on or off', () => {
    expect(withFlags(undefined, wanted)).toEqual({
      version: '1',
      flags: {
        testing_mode: { name: 'testing_mode', attributes: { value: { constraints: { type: 'string' } } } },
        success_metrics: { name: 'success_metrics' },
        budget_dashboard: { name: 'budget_dashboard' },
      },
      values: {
        testing_mode: { enabled: true, value: 'production' },
        success_metrics: { enabled: false },
        budget_dashboard: { enabled: true },
      },
    });
  });

  test('return the identical document if all are set, else a new one', () => {
    const document = withFlags(undefined, wanted);
    expect(withFlags(document, wanted)).toBe(document);
    expect(withFlags(document, { ...wanted, success_metrics: true }).values['success_metrics']).toEqual({
      enabled: true,
    });
  });

  test('keep the value of a flag that is switched off', () => {
    const off = withFlags(flagDocument({ engine: 'v2.2' }), { engine: false });
    expect(off.values['engine']).toEqual({ enabled: false, value: 'v2.2' });
  });
});

describe('first values', () => {
  const parse = (text: string) => parseYaml(flagsFileSchema, 'flags.yaml', text);

  test('make a document of these flags only', () => {
    expect(flagDocument({ data_source: 'barchart' })).toEqual(barchart);
  });

  test('that are null are left out', () => {
    expect(flagDocument({ data_source: 'databento', testing_mode: null }).values).toEqual({
      data_source: { enabled: true, value: 'databento' },
    });
  });

  test('of infra/flags.yaml have the new client as data source', () => {
    expect(parse(readFileSync(new URL('../../../infra/flags.yaml', import.meta.url), 'utf8'))).toEqual({
      data_source: 'databento',
      algorithm_version: null,
      testing_mode: null,
      success_metrics: null,
      websocket_backfill: null,
      budget_dashboard: null,
      order_gateway: { breaker: expect.objectContaining({ metric: 'ComponentErrors' }) },
    });
  });

  test.each([
    ['Data-Source: x', /expected a flag such as data_source/],
    ['data_source: a b', /expected letters, digits and \. _ -, found "a b"/],
    ['data_source: 1', /expected true, false or a text of letters, digits and . _ -, found 1/],
  ])('%s is refused', (text, found) => {
    expect(() => parse(text)).toThrow(found);
  });
});
