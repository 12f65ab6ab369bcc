import { describe, expect, test } from 'vitest';
import { usesOfRetired } from '../../../config/cross-file-checks.ts';
import { readRunbooks } from '../../../config/infra.ts';
import { parseYaml, readYaml } from '../../../config/yaml/read-yaml.ts';
import { firstValues, knownFlags, wrongForType } from '../../../domain/flags/known-flags.ts';
import { type FlagsFile, flagsFileSchema } from '../../../domain/infra/flags-file.ts';
import { whyUnknown } from '../../../domain/plan/why-not-set.ts';

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

describe('a flag with a type', () => {
  const typed = parse('new_model: { type: shadow }\nnew_model_share: { type: share, first: "5" }');
  const whyNot = (flag: string, value: string | boolean) => whyUnknown({ flag, value }, knownFlags(typed, []));

  test('begins off, or with its own first value', () => {
    expect(firstValues(typed)).toEqual({ new_model: 'off', new_model_share: '5' });
  });

  test.each([
    ['new_model', 'shadow', undefined],
    ['new_model', 'on', 'new_model may not be "on": it may be off or shadow or live.'],
    ['new_model_share', '0', undefined],
    ['new_model_share', '100', undefined],
    ['new_model_share', '101', 'new_model_share may not be "101": it is whole percent from 0 to 100.'],
    ['new_model_share', '5.5', 'it is whole percent from 0 to 100.'],
    ['new_model_share', true, 'it is whole percent from 0 to 100.'],
  ])('%s %s: %s', (flag, value, why) => {
    if (why === undefined) expect(whyNot(flag, value)).toBeUndefined();
    else expect(whyNot(flag, value)).toContain(why);
  });

  test('is refused in a runbook and as first value if the value is not of its type', () => {
    expect([wrongForType(typed, 'new_model', 'live'), wrongForType(typed, 'other', 'x')]).toEqual([
      undefined,
      undefined,
    ]);
    expect(wrongForType(typed, 'new_model', true)).toBe('off, shadow, live');
    expect(wrongForType(typed, 'new_model_share', '200')).toBe('whole percent from 0 to 100');
    expect(() => parse('a: { type: share, first: "200" }')).toThrow(/a/);
    expect(() => parse('a: { type: shadow, first: on }')).toThrow(/a/);
  });
});
