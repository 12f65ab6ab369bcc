import { basename } from 'node:path';
import type { FlagValue } from '../domain/flag.ts';
import { breakersOf, firstValues, retiredFlags, wrongForType } from '../domain/flags/known-flags.ts';
import { type FlagsFile, flagsFileSchema } from '../domain/infra/flags-file.ts';
import { type Runbook, runbookSchema } from '../domain/infra/runbook.ts';
import { type Triggers, triggersSchema } from '../domain/infra/triggers-file.ts';
import { templateMistakes } from '../domain/message/template-file.ts';
import { readCalendars, unknownVenues, wrongVenues } from './calendars.ts';
import {
  longAlarmNames,
  misnamedEnvironment,
  runbookMistakes,
  unreadParameters,
  usesOfBreakers,
  usesOfRetired,
  valuesOfTyped,
} from './cross-file-checks.ts';
import { environmentNames, environmentsIn } from './environment-files.ts';
import { readEnvironmentFile } from './environments.ts';
import { chaosDocument, chaosScript, type HostDocument, hostDocuments, sharedModules } from './host-document.ts';
import { filesIn, inInfra, read, yamlFiles } from './infra-files.ts';
import { takenProtected } from './protected-paths.ts';
import { runbookReferences } from './runbook-references.ts';
import { InvalidFile } from './yaml/invalid-file.ts';
import { parseYaml, readAll, readEach, readYaml, type YamlFile } from './yaml/read-yaml.ts';

const [triggersFile, flagsFile] = [inInfra('triggers.yaml'), inInfra('flags.yaml')];
const runbooksIn = inInfra('runbooks');

/** Returns one sentence per YAML file that would be ignored because its name does not end in .yaml. */
const wrongEndings = (path: string): string[] =>
  filesIn(path)
    .filter((file) => /\.ya?ml$/i.test(file) && !file.endsWith('.yaml'))
    .map((file) => `${file}:1: expected a file name that ends in .yaml`);

/** Reads infra/runbooks, in the order of their phases. Throws InvalidFile with the file and line of every mistake. */
export const readRunbooks = (): Runbook[] => runbookFiles().map(({ value }) => value);

function runbookFiles(): YamlFile<Runbook>[] {
  const flags = flagsIfValid();
  // Retired flags too, because the check of them says why.
  const references = runbookReferences(hostScripts(), flags && Object.keys(flags));
  const { values, mistakes } = readEach(
    yamlFiles(runbooksIn).map((file) => () => readYaml(runbookSchema, file, read(file), references)),
  );
  const all = [
    ...mistakes,
    ...runbookMistakes(values),
    ...unreadParameters(values, scriptText),
    ...usesOfRetired(values, retiredFlags(flags ?? {})),
    ...valuesOfTyped(values, (flag, value) => wrongForType(flags ?? {}, flag, value)),
    ...usesOfBreakers(values, Object.keys(breakersOf(flags ?? {}))),
    ...wrongEndings(runbooksIn),
  ];
  if (all.length > 0) throw new InvalidFile(all);
  return values.toSorted((a, b) => a.value.phase - b.value.phase);
}

/** Returns the scripts that a runbook may name: the files of infra/host-scripts without the wrapper, which runs them, and without chaos. */
export const hostScripts = (): string[] =>
  filesIn(inInfra('host-scripts'))
    .map((file) => basename(file))
    .filter((file) => /\.(py|sh)$/.test(file) && file !== 'wrapper.py' && file !== chaosScript.script);

const hostScript = (file: string) => read(inInfra(`host-scripts/${file}`));

/** Returns the text of a script and its modules; undefined if the script does not exist, which the runbook's own check reports. */
const scriptText = (script: string): string | undefined =>
  hostScripts().includes(script)
    ? [script, ...sharedModules(script, hostScript)].map(hostScript).join('\n')
    : undefined;

/** Returns infra/flags.yaml; undefined if the file is invalid, which its own check reports. */
function flagsIfValid(): FlagsFile | undefined {
  try {
    return readFlags();
  } catch {
    return undefined;
  }
}

/** Returns the SSM documents of the runbooks' scripts. */
export const readHostDocuments = (runbooks: readonly Runbook[]): HostDocument[] => hostDocuments(runbooks, hostScript);

/** Returns the document that puts faults on hosts, for an environment that allows chaos. */
export const readChaosDocument = (): HostDocument => chaosDocument(hostScript);

/** Reads infra/triggers.yaml. Throws InvalidFile. */
export function readTriggers(): Triggers {
  const file = readYaml(triggersSchema, triggersFile, read(triggersFile));
  const mistakes = longAlarmNames(file);
  if (mistakes.length > 0) throw new InvalidFile(mistakes);
  return file.value;
}

/** Reads infra/flags.yaml, retired flags included. Throws InvalidFile. */
export const readFlags = (): FlagsFile => parseYaml(flagsFileSchema, flagsFile, read(flagsFile));

/** Reads each flag's first value; null: none. A retired flag is left out. Throws InvalidFile. */
export const readFirstFlags = (): Record<string, FlagValue | null> => firstValues(readFlags());

/** Reads the texts of infra/notifications, by file name without ending. Throws InvalidFile. */
function readTemplates(): Record<string, string> {
  const files = filesIn(inInfra('notifications'));
  const mistakes = files.flatMap((file) => templateMistakes(file, read(file)));
  if (mistakes.length > 0) throw new InvalidFile(mistakes);
  return Object.fromEntries(files.map((file) => [basename(file, '.txt'), read(file)]));
}

/** The contents of infra/ from which the machines are made. */
export type Infra = {
  readonly runbooks: readonly Runbook[];
  readonly documents: readonly HostDocument[];
  readonly triggers: Triggers;
  /** Each flag's first value; null: none. Absent: not read, and every flag counts as one without. */
  readonly firstFlags?: Readonly<Record<string, FlagValue | null>>;
  /** infra/flags.yaml as it is. Absent: not read, and no flag is known. */
  readonly flags?: FlagsFile;
  readonly templates: Readonly<Record<string, string>>;
};

/** Reads all of infra/. Throws InvalidFile with the mistakes of all files, and the mistakes between files. */
export function readInfra(): Infra {
  const [runbooks, triggers, templates, flags] = readAll(
    readRunbooks,
    readTriggers,
    readTemplates,
    readFlags,
    readEnvironments,
    readCalendars,
  );
  return {
    runbooks,
    documents: readHostDocuments(runbooks),
    triggers,
    flags,
    firstFlags: firstValues(flags),
    templates,
  };
}

/** Returns the runbooks; none if one is invalid, which their own check reports. */
function runbooksIfValid(): YamlFile<Runbook>[] {
  try {
    return runbookFiles();
  } catch {
    return [];
  }
}

/** Returns the triggers; undefined if they are invalid, which their own check reports. */
function triggersIfValid(): Triggers | undefined {
  try {
    return readTriggers();
  } catch {
    return undefined;
  }
}

function readEnvironments(): void {
  const { values, mistakes } = readEach(environmentNames().map((name) => () => readEnvironmentFile(name)));
  const files = yamlFiles(environmentsIn);
  const runbooks = runbooksIfValid();
  const phases = runbooks.map(({ value: { phase } }) => phase);
  const triggers = triggersIfValid();
  const all = [
    ...mistakes,
    ...files.flatMap(misnamedEnvironment),
    ...wrongEndings(environmentsIn),
    ...takenProtected(runbooks, values),
    ...values.flatMap(unknownVenues),
    ...values.flatMap((one) => wrongVenues(one, phases, triggers)),
  ];
  if (all.length > 0) throw new InvalidFile(all);
}
