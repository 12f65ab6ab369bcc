import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  longAlarmNames,
  misnamedEnvironment,
  runbookMistakes,
  unreadParameters,
  usesOfBreakers,
  usesOfRetired,
} from '../../config/cross-file-checks.ts';
import { longestEnvironmentName } from '../../config/environment-name.ts';
import { readInfra } from '../../config/infra.ts';
import { readYaml } from '../../config/yaml/read-yaml.ts';
import { alarmName } from '../../domain/alarm/alarm-name.ts';
import { runbookSchema } from '../../domain/infra/runbook.ts';
import { triggersSchema } from '../../domain/infra/triggers-file.ts';
import { type Trigger, triggers } from '../../domain/trigger.ts';
import { stateMachines } from '../../statemachines/state-machines.ts';

type Written = { file?: string; phase?: number; name?: string; steps?: readonly string[]; check?: string };

/** Returns a runbook file; its first step is on line 5. */
function runbook({
  file,
  phase = 2,
  name = 'Order Router',
  steps = ['script: a.py'],
  check = 'look.sh',
}: Written = {}) {
  const text = [
    `phase: ${phase}`,
    `name: ${name}`,
    'target: { version: v1, paths: [a] }',
    'steps:',
    ...steps.map((step, i) => `  - { name: Step ${i}, stage: immediate, timeout: 1m, ${step} }`),
    `confirm: { script: ${check}, timeout: 1m }`,
  ].join('\n');
  return readYaml(runbookSchema, `infra/runbooks/${file ?? `phase-${phase}-order-router.yaml`}`, text);
}

describe('a runbook file', () => {
  test('is accepted if its file name has its phase and its name', () => {
    expect(runbookMistakes([runbook()])).toEqual([]);
    expect(runbookMistakes([runbook({ name: 'Order (Router)' })])).toEqual([]);
  });

  test('is refused if its file name has another phase', () => {
    expect(runbookMistakes([runbook({ file: 'phase-3-order-router.yaml' })])).toEqual([
      'infra/runbooks/phase-3-order-router.yaml:1: phase: expected a file named phase-2-order-router.yaml, found phase-3-order-router.yaml',
    ]);
  });

  test('is refused if its file name has another name', () => {
    expect(runbookMistakes([runbook({ file: 'phase-2-router.yaml' })])).toEqual([
      'infra/runbooks/phase-2-router.yaml:2: name: expected a file named phase-2-order-router.yaml, found phase-2-router.yaml',
    ]);
  });

  test('is refused if another file has its phase', () => {
    const second = runbook({ file: 'phase-2-other.yaml', name: 'Other' });
    expect(runbookMistakes([runbook(), second])).toEqual([
      'infra/runbooks/phase-2-other.yaml:1: phase: expected a phase that no other file has, found 2, as in infra/runbooks/phase-2-order-router.yaml',
    ]);
  });

  test('is refused if its steps may take longer than the machine runs', () => {
    const steps = [1, 2].map((i) => `script: s${i}.py`);
    const { value, ...rest } = runbook({ steps });
    const lasting = (timeout: number) => ({
      ...rest,
      value: { ...value, steps: value.steps.map((one) => ({ ...one, timeout })) },
    });
    // Two steps of three attempts each. An attempt takes 90 s longer than the script, and a retry waits 10 s.
    expect(runbookMistakes([lasting(14_250)])).toEqual([]);
    expect(runbookMistakes([lasting(14_400)])).toEqual([
      'infra/runbooks/phase-2-order-router.yaml:4: steps: expected steps that take at most 24 h with all retries, found 24.2 h',
    ]);
  });
});

describe('a script that two steps run', () => {
  const first = runbook({ steps: ['script: a.py, parameters: { Folder: x, Table: y }'] });

  test('is accepted with the same parameters and different values', () => {
    const second = runbook({ phase: 3, steps: ['script: a.py, parameters: { Table: z, Folder: q }'] });
    expect(runbookMistakes([first, second])).toEqual([]);
  });

  test.each([
    ['one missing', '{ Folder: x }', 'Folder'],
    ['one extra', '{ Folder: x, Table: y, Other: z }', 'Folder, Other, Table'],
    ['none', '{}', 'none'],
  ])('is refused with different parameters: %s', (_, parameters, found) => {
    const second = runbook({ phase: 3, steps: ['script: b.py', `script: a.py, parameters: ${parameters}`] });
    expect(runbookMistakes([first, second])).toEqual([
      `infra/runbooks/phase-3-order-router.yaml:6: steps.1.parameters: expected the parameters that a.py has in infra/runbooks/phase-2-order-router.yaml, steps.0 (Folder, Table), found ${found}`,
    ]);
  });

  test('is refused if only one of its steps sets flags', () => {
    const steps = ['script: read.py, flags: { f: x }', 'script: read.py'];
    expect(runbookMistakes([runbook({ steps })])).toEqual([
      expect.stringContaining(
        ':6: steps.1.parameters: expected the parameters that read.py has in infra/runbooks/phase-2-order-router.yaml, steps.0 (FlagFolder, Flags), found none',
      ),
    ]);
  });

  test('is refused if a check lacks a parameter that a step sets', () => {
    expect(runbookMistakes([runbook({ steps: ['script: a.py, parameters: { Folder: x }'], check: 'a.py' })])).toEqual([
      'infra/runbooks/phase-2-order-router.yaml:6: confirm.parameters: expected the parameters that a.py has in infra/runbooks/phase-2-order-router.yaml, steps.0 (Folder), found Build, FlagFolder, Flags, Process, Services',
    ]);
  });
});

describe('a parameter that the script never reads', () => {
  const texts: Record<string, string> = { 'a.py': "required('SSM_StateFile')", 'look.sh': '' };
  const mistakes = (step: string) => unreadParameters([runbook({ steps: [step] })], (script) => texts[script]);

  test('is refused, with the similar parameter that the script reads', () => {
    expect(mistakes('script: a.py, parameters: { Statefile: x }')).toEqual([
      expect.stringMatching(
        /:5: steps\.0\.parameters\.Statefile: expected a parameter that a\.py reads, found Statefile; did you mean StateFile\?$/,
      ),
    ]);
  });

  test('is not reported if the script reads it', () => {
    expect(mistakes('script: a.py, parameters: { StateFile: x }')).toEqual([]);
  });
});

describe('names of alarms, machines and environments', () => {
  const written = readFileSync(new URL('../../infra/triggers.yaml', import.meta.url), 'utf8');
  const withVariant = (variant: string) =>
    longAlarmNames(readYaml(triggersSchema, 'infra/triggers.yaml', written.replace('latency-crisis', variant)));

  test('fit CloudWatch for alarms of the longest environment in phase 99', () => {
    expect(withVariant('latency-crisis')).toEqual([]);
    expect(alarmName({ environment: longestEnvironmentName, phase: 99, trigger: 'performance_degradation' })).toBe(
      'rollback-eeeeeeeeeeeeeeee-phase-99-performance_degradation',
    );
  });

  test('are refused at the variant if an alarm name is too long', () => {
    expect(withVariant('v'.repeat(196))).toEqual([]); // alarm name: prefix 58, dash 1, variant 196; the maximum is 255
    expect(withVariant('v'.repeat(199))).toEqual([
      `infra/triggers.yaml:40: triggers.performance_degradation.alarms.0.variant: expected a variant 3 characters shorter, found "${'v'.repeat(199)}"; an alarm name has at most 255 characters`,
    ]);
  });

  test.each(triggers)('fit for machines and alarms of phase 12, trigger %s', (trigger: Trigger) => {
    const infra = readInfra();
    const machines = Object.keys(stateMachines(infra)).map((name) => `rollback-${longestEnvironmentName}-${name}`);
    for (const machine of [...machines, `rollback-${longestEnvironmentName}-phase-12`])
      expect(machine.length).toBeLessThanOrEqual(80);
    for (const { variant = '' } of infra.triggers.triggers[trigger].alarms)
      expect(
        alarmName({ environment: longestEnvironmentName, phase: 12, trigger, variant }).length,
      ).toBeLessThanOrEqual(255);
  });

  test.each(['local', 'staging', 'e', longestEnvironmentName])('accept the environment name %s', (name) => {
    expect(misnamedEnvironment(`infra/environments/${name}.yaml`)).toEqual([]);
  });

  test.each(['Staging', 'eu-west', '2nd', `${longestEnvironmentName}e`])('refuse the environment name %s', (name) => {
    expect(misnamedEnvironment(`infra/environments/${name}.yaml`)).toEqual([
      `infra/environments/${name}.yaml:1: expected a file name of at most 16 lower-case letters and digits, found ${name}.yaml`,
    ]);
  });
});

describe('a runbook sets', () => {
  const setting = runbook({ steps: ['script: a.py, flags: { gateway: open }'] });
  test('no circuit breaker: a rollback would open or close it without its alarm or a person', () => {
    expect(usesOfBreakers([setting], ['gateway'])).toEqual([
      'infra/runbooks/phase-2-order-router.yaml:5: steps.0.flags.gateway: expected a flag that rollbacks set, found gateway, which is a circuit breaker: its alarm opens it, and a person closes it',
    ]);
    expect(usesOfBreakers([setting], ['other'])).toEqual([]);
  });

  test('no retired flag: code on some host may still give the name its old meaning', () => {
    expect(usesOfRetired([setting], { gateway: 'woke dead code' })).toEqual([
      expect.stringContaining(
        'found gateway, which is retired (woke dead code); the name of a retired flag is never used again',
      ),
    ]);
  });
});
