import { basename } from 'node:path';
import { alarmName } from '../domain/alarm/alarm-name.ts';
import { type Runbook, stepId } from '../domain/infra/runbook.ts';
import type { Triggers } from '../domain/infra/triggers-file.ts';
import { nearMiss } from '../domain/near-miss.ts';
import { longestSeconds } from '../domain/plan/attempt-time.ts';
import type { Trigger } from '../domain/trigger.ts';
import { environmentName, longestEnvironmentName } from './environment-name.ts';
import { checks, hostParameters, verifications } from './host-document.ts';
import type { YamlFile } from './yaml/read-yaml.ts';

/** What is wrong between runbooks, each right in itself. */
export const runbookMistakes = (runbooks: readonly YamlFile<Runbook>[]): string[] => [
  ...runbooks.flatMap(misnamed),
  ...twoOfAPhase(runbooks),
  ...runbooks.flatMap(tooLong),
  ...differentParameters(runbooks),
];

function misnamed({ file, value: { phase, name }, mistake }: YamlFile<Runbook>): string[] {
  const expected = `phase-${phase}-${stepId(name).replaceAll(/^-|-$/g, '')}.yaml`;
  const found = basename(file);
  if (found === expected) return [];
  const place = found.startsWith(`phase-${phase}-`) ? 'name' : 'phase';
  return [mistake([place], `expected a file named ${expected}, found ${found}`)];
}

const twoOfAPhase = (runbooks: readonly YamlFile<Runbook>[]): string[] =>
  runbooks.flatMap(({ value: { phase }, mistake }, i) => {
    const first = runbooks.findIndex(({ value }) => value.phase === phase);
    return first === i
      ? []
      : [mistake(['phase'], `expected a phase of its own, found ${phase}, which ${runbooks[first]?.file} has too`)];
  });

/** A machine stops after a day, whoever still waits. Every try of every step may take its whole time. */
function tooLong({ value: { steps }, mistake }: YamlFile<Runbook>): string[] {
  const hours = longestSeconds(steps) / 3600;
  return hours <= 24
    ? []
    : [
        mistake(
          ['steps'],
          `expected steps that end within a day at their slowest, found ${hours.toFixed(1)} h, all tries counted`,
        ),
      ];
}

/** Whoever runs a script, with what it is told, in the order of files and steps. */
const usesOf = ({ value: runbook, mistake, file }: YamlFile<Runbook>) => [
  ...runbook.steps.map((step, i) => ({ ...hostParameters(step), path: ['steps', i], mistake, file })),
  ...checks(runbook).map((check, i) => ({
    ...check,
    path: i === 0 ? ['confirm'] : ['confirm', 'health'],
    mistake,
    file,
  })),
  ...verifications(runbook).map((one) => ({ ...one, path: ['confirm', 'verify'], mistake, file })),
];

/** A check of flags is told them whether its script looks at flags or not. */
const delivered = ['Flags', 'FlagFolder'];

/**
 * Parameters that their script never reads: a misspelt one would fail on every host, in the middle of a rollback. `textOf`
 * gives a script with the modules it shares, or nothing where there is none.
 */
export function unreadParameters(
  runbooks: readonly YamlFile<Runbook>[],
  textOf: (script: string) => string | undefined,
): string[] {
  return runbooks.flatMap(usesOf).flatMap(({ script, parameters, path, mistake }) => {
    const text = textOf(script);
    const read = new Set([...(text ?? '').matchAll(/SSM_([A-Z][A-Za-z0-9]*)/g)].map(([, name = '']) => name));
    return Object.keys(parameters ?? {})
      .filter((name) => text !== undefined && !read.has(name) && !delivered.includes(name))
      .map((name) =>
        mistake(
          [...path, 'parameters', name],
          `expected a parameter that ${script} reads, found ${name}${hint(nearMiss(name, [...read]))}`,
        ),
      );
  });
}

const hint = (near: string | undefined) => (near ? `; did you mean ${near}?` : '');

/**
 * A script is one document, whoever runs it. Its parameters have no defaults, so Systems Manager refuses whoever leaves one
 * out (InvalidParameters), in the middle of a rollback.
 */
function differentParameters(runbooks: readonly YamlFile<Runbook>[]): string[] {
  const uses = runbooks.flatMap(usesOf);
  return uses.flatMap(({ script, parameters, path, mistake }) => {
    const first = uses.find((one) => one.script === script);
    const expected = namesOf(first?.parameters);
    if (expected === namesOf(parameters)) return [];
    const where = `${first?.file}, ${first?.path.join('.')}`;
    return [
      mistake(
        [...path, 'parameters'],
        `expected the parameters that ${script} has in ${where} (${expected}), found ${namesOf(parameters)}`,
      ),
    ];
  });
}

const namesOf = (parameters: Readonly<Record<string, string>> = {}) =>
  Object.keys(parameters).toSorted().join(', ') || 'none';

/** Variants that make an alarm's name too long. CloudWatch takes 255 characters (PutMetricAlarm, AlarmName). */
export const longAlarmNames = ({ value, mistake }: YamlFile<Triggers>): string[] =>
  Object.entries(value.triggers).flatMap(([trigger, { alarms }]) =>
    alarms.flatMap(({ variant = '' }, i) => {
      const { length } = alarmName({
        environment: longestEnvironmentName,
        phase: 99,
        trigger: trigger as Trigger,
        variant,
      });
      return length <= 255
        ? []
        : [
            mistake(
              ['triggers', trigger, 'alarms', i, 'variant'],
              `expected ${length - 255} characters less: alarm names have 255 at most, found "${variant}"`,
            ),
          ];
    }),
  );

/** Whether an environment's file is named so that all names made with it are short enough. */
export function misnamedEnvironment(file: string): string[] {
  const name = basename(file, '.yaml');
  return environmentName.test(name)
    ? []
    : [`${file}:1: expected a file name of at most 16 lower-case letters and digits, found ${name}.yaml`];
}
