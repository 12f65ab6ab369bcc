import { basename } from 'node:path';
import { alarmName } from '../domain/alarm/alarm-name.ts';
import { counted } from '../domain/counted.ts';
import type { FlagValue } from '../domain/flag.ts';
import type { Runbook } from '../domain/infra/runbook.ts';
import { stepId } from '../domain/infra/runbook-steps.ts';
import type { Triggers } from '../domain/infra/triggers-file.ts';
import { nearMiss } from '../domain/near-miss.ts';
import { longestSeconds } from '../domain/plan/attempt-time.ts';
import type { Trigger } from '../domain/trigger.ts';
import { environmentName, longestEnvironmentName } from './environment-name.ts';
import { checks, hostParameters, verifications } from './host-document.ts';
import type { YamlFile } from './yaml/read-yaml.ts';

/** Returns one sentence per mistake between runbooks that are each valid alone. */
export const runbookMistakes = (runbooks: readonly YamlFile<Runbook>[]): string[] => [
  ...runbooks.flatMap(misnamed),
  ...duplicatePhases(runbooks),
  ...runbooks.flatMap(tooSlow),
  ...differentParameters(runbooks),
];

function misnamed({ file, value: { phase, name }, mistake }: YamlFile<Runbook>): string[] {
  const expected = `phase-${phase}-${stepId(name).replaceAll(/^-|-$/g, '')}.yaml`;
  const found = basename(file);
  if (found === expected) return [];
  const place = found.startsWith(`phase-${phase}-`) ? 'name' : 'phase';
  return [mistake([place], `expected a file named ${expected}, found ${found}`)];
}

const duplicatePhases = (runbooks: readonly YamlFile<Runbook>[]): string[] =>
  runbooks.flatMap(({ value: { phase }, mistake }, i) => {
    const first = runbooks.findIndex(({ value }) => value.phase === phase);
    return first === i
      ? []
      : [mistake(['phase'], `expected a phase that no other file has, found ${phase}, as in ${runbooks[first]?.file}`)];
  });

/** A machine times out after a day, so the steps must end within a day even if every attempt takes its whole time. */
function tooSlow({ value: { steps }, mistake }: YamlFile<Runbook>): string[] {
  const hours = longestSeconds(steps) / 3600;
  return hours <= 24
    ? []
    : [mistake(['steps'], `expected steps that take at most 24 h with all retries, found ${hours.toFixed(1)} h`)];
}

/** Returns every use of a script in a runbook, with its parameters, in the order of the file. */
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

/** The product passes these parameters to every check, even if its script reads no flags or services, or nothing about the process. */
const delivered = ['Flags', 'FlagFolder', 'Services', 'Build', 'Process'];

/**
 * Returns one sentence per parameter that its script never reads. A misspelt parameter would make the script fail on every
 * host, in the middle of a rollback.
 *
 * `textOf` returns the text of a script and of the modules that it imports; undefined if the script does not exist.
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
 * Every use of a script must set the same parameters, because a script has one document.
 *
 * The parameters have no defaults, so Systems Manager would refuse a command that lacks one (InvalidParameters), in the
 * middle of a rollback.
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

/**
 * Returns one sentence per variant that makes an alarm's name too long.
 * CloudWatch allows 255 characters (PutMetricAlarm, AlarmName).
 */
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
              `expected a variant ${counted(length - 255, 'character')} shorter, found "${variant}"; an alarm name has at most 255 characters`,
            ),
          ];
    }),
  );

/** Returns a sentence if an environment's file name would make the names of resources too long or invalid. */
export function misnamedEnvironment(file: string): string[] {
  const name = basename(file, '.yaml');
  return environmentName.test(name)
    ? []
    : [`${file}:1: expected a file name of at most 16 lower-case letters and digits, found ${name}.yaml`];
}

/** Returns one sentence per use of a retired flag in a runbook: code on some host may still give the name its old meaning. */
export const usesOfRetired = (
  runbooks: readonly YamlFile<Runbook>[],
  retired: Readonly<Record<string, string>>,
): string[] =>
  usesOfFlags(runbooks, (flag) =>
    Object.hasOwn(retired, flag)
      ? `a flag in use, found ${flag}, which is retired (${retired[flag]}); the name of a retired flag is never used again`
      : undefined,
  );

/** Returns one sentence per use of a circuit breaker in a runbook: a rollback would open or close it without its alarm or a person. */
export const usesOfBreakers = (runbooks: readonly YamlFile<Runbook>[], breakers: readonly string[]): string[] =>
  usesOfFlags(runbooks, (flag) =>
    breakers.includes(flag)
      ? `a flag that rollbacks set, found ${flag}, which is a circuit breaker: its alarm opens it, and a person closes it`
      : undefined,
  );

/** Returns one sentence per value in a runbook that its flag's type does not have. `wrong` returns the values that it has. */
export const valuesOfTyped = (
  runbooks: readonly YamlFile<Runbook>[],
  wrong: (flag: string, value: FlagValue) => string | undefined,
): string[] =>
  runbooks.flatMap(({ value: { steps, forbidden }, mistake }) =>
    [
      ...steps.flatMap(({ flags = {} }, i) =>
        Object.entries(flags).map(([flag, value]) => ({ flag, value, at: ['steps', i, 'flags', flag] })),
      ),
      ...forbidden.map(({ flag, value }, i) => ({ flag, value, at: ['forbidden', i, 'value'] })),
    ].flatMap(({ flag, value, at }) => {
      const expected = wrong(flag, value);
      return expected === undefined ? [] : [mistake(at, `expected a value of ${flag} (${expected}), found ${value}`)];
    }),
  );

/** Returns one sentence per flag in the runbooks about which `wrong` has an expectation. */
const usesOfFlags = (runbooks: readonly YamlFile<Runbook>[], wrong: (flag: string) => string | undefined): string[] =>
  runbooks.flatMap(({ value: { steps, forbidden }, mistake }) =>
    [
      ...steps.flatMap(({ flags = {} }, i) =>
        Object.keys(flags).map((flag) => ({ flag, at: ['steps', i, 'flags', flag] })),
      ),
      ...forbidden.map(({ flag }, i) => ({ flag, at: ['forbidden', i, 'flag'] })),
    ].flatMap(({ flag, at }) => {
      const expected = wrong(flag);
      return expected === undefined ? [] : [mistake(at, `expected ${expected}`)];
    }),
  );
