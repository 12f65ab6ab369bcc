import { describe, expect, test } from 'vitest';
import { usesOfRetired } from '../../../config/cross-file-checks.ts';
import { readRunbooks } from '../../../config/infra.ts';
import { parseYaml, readYaml } from '../../../config/yaml/read-yaml.ts';
import { firstValues, knownFlags } from '../../../domain/flags/known-flags.ts';
import { type FlagsFile, flagsFileSchema } from '../../../domain/infra/flags-file.ts';

const file: FlagsFile = {
  data_source: { first: 'databento', values: ['shadow'] },
  success_metrics: null,
  testing_mode: null,
  power_peg: { retired: 'woke dead code' },
};
const steps = [{ flags: { data_source: 'barchart', success_metrics: false } }] as never;
const parse = (text: string) => parseYaml(flagsFileSchema, 'flags.yaml', text);

test('a flag may have its first value, a value of a runbook, and a declared one; a switch may be on and off', () => {
  expect(knownFlags(file, [{ steps }])).toEqual({
    allowed: { data_source: ['databento', 'barchart', 'shadow'], success_metrics: [false, true], testing_mode: [] },
    retired: { power_peg: 'woke dead code' },
  });
});

test('a retired flag has no first value', () => {
  expect(firstValues(file)).toEqual({ data_source: 'databento', success_metrics: null, testing_mode: null });
});

describe('infra/flags.yaml', () => {
  test.each([
    ['power_peg: { retired: woke dead code }', { power_peg: { retired: 'woke dead code' } }],
    ['a: { first: ~, values: [x, true] }', { a: { first: null, values: ['x', true] } }],
  ])('may have %s', (text, value) => expect(parse(text)).toEqual(value));

  test('may not use the name of a retired flag again', () => {
    expect(() => parse('power_peg: { retired: woke dead code }\npower_peg: true')).toThrow(
      /flags\.yaml:2: .*power_peg/,
    );
  });

  test('must give the reason why a flag is retired', () => {
    expect(() => parse('power_peg: { retired: true }')).toThrow(/power_peg\.retired: expected one line, found true/);
  });
});

test('a runbook that sets or forbids a retired flag is refused with the reason', () => {
  const [runbook] = readRunbooks();
  const value = {
    ...runbook,
    steps: [{ ...runbook?.steps[0], flags: { power_peg: true } }],
    forbidden: [{ version: 'target', flag: 'power_peg', value: true, reason: 'x' }],
  } as never;
  const { mistake } = readYaml(flagsFileSchema, 'phase-1.yaml', 'a: ~');
  const refused = usesOfRetired([{ file: 'phase-1.yaml', value, mistake }], { power_peg: 'woke dead code' });
  expect(refused).toEqual([
    expect.stringMatching(
      /steps\[?.*flags.*expected a flag in use, found power_peg, which is retired \(woke dead code\)/,
    ),
    expect.stringMatching(/forbidden.*expected a flag in use, found power_peg/),
  ]);
});
