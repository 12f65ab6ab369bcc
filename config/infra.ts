import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { FlagValue } from '../domain/flag.ts';
import { type Environment, environmentSchema } from '../domain/infra/environment.ts';
import { firstFlagsSchema } from '../domain/infra/flag-document.ts';
import { type Runbook, runbookSchema } from '../domain/infra/runbook.ts';
import { type Triggers, triggersSchema } from '../domain/infra/triggers-file.ts';
import { templateMistakes } from '../domain/message/template-file.ts';
import { longAlarmNames, misnamedEnvironment, runbookMistakes, unreadParameters } from './cross-file-checks.ts';
import { type HostDocument, hostDocuments, sharedModules } from './host-document.ts';
import { infraFolder, infraUrl } from './infra-folder.ts';
import { runbookReferences } from './runbook-references.ts';
import { InvalidFile, parseYaml, readAll, readEach, readYaml, type YamlFile } from './yaml/read-yaml.ts';

/** A file or folder by its path here, or by the one that infra/ is given. */
const place = (path: string) =>
  path.startsWith(`${infraFolder}/`)
    ? new URL(path.slice(infraFolder.length + 1), infraUrl)
    : new URL(`../${path}`, import.meta.url);

/** What people write, by the path that mistakes name. */
const inInfra = (name: string) => `${infraFolder}/${name}`;
const [triggersFile, flagsFile] = [inInfra('triggers.yaml'), inInfra('flags.yaml')];
const [runbooksIn, environmentsIn] = [inInfra('runbooks'), inInfra('environments')];

function read(file: string): string {
  try {
    return readFileSync(place(file), 'utf8');
  } catch {
    throw missing(file, 'file');
  }
}

function filesIn(path: string): string[] {
  try {
    const files = readdirSync(place(path)).toSorted();
    return files.map((file) => `${path}/${file}`);
  } catch {
    throw missing(path, 'folder');
  }
}

const missing = (path: string, what: string) =>
  new InvalidFile([
    `${path}: expected a ${what} that can be read, found none. infra/ may be kept where ROLLBACK_INFRA says.`,
  ]);
const yamlFiles = (path: string) => filesIn(path).filter((file) => file.endsWith('.yaml'));

/** Files whose ending makes everybody overlook them. */
const overlooked = (path: string): string[] =>
  filesIn(path)
    .filter((file) => /\.ya?ml$/i.test(file) && !file.endsWith('.yaml'))
    .map((file) => `${file}:1: expected a file name that ends in .yaml`);

/** infra/runbooks, in the order of their phases. Throws InvalidFile with every mistake's file and line. */
export const readRunbooks = (): Runbook[] => runbookFiles().map(({ value }) => value);

function runbookFiles(): YamlFile<Runbook>[] {
  const references = runbookReferences(hostScripts(), flagNames());
  const { values, mistakes } = readEach(
    yamlFiles(runbooksIn).map((file) => () => readYaml(runbookSchema, file, read(file), references)),
  );
  const all = [
    ...mistakes,
    ...runbookMistakes(values),
    ...unreadParameters(values, scriptText),
    ...overlooked(runbooksIn),
  ];
  if (all.length > 0) throw new InvalidFile(all);
  return values.toSorted((a, b) => a.value.phase - b.value.phase);
}

/** What a runbook may name as a script: the files of infra/host-scripts but the wrapper, which runs them. */
export const hostScripts = (): string[] =>
  filesIn(inInfra('host-scripts'))
    .map((file) => basename(file))
    .filter((file) => /\.(py|sh)$/.test(file) && file !== 'wrapper.py');

const hostScript = (file: string) => read(inInfra(`host-scripts/${file}`));

/** A script and the modules it shares; undefined where there is no such script, which the runbook's own reading says. */
const scriptText = (script: string): string | undefined =>
  hostScripts().includes(script)
    ? [script, ...sharedModules(script, hostScript)].map(hostScript).join('\n')
    : undefined;

/** undefined where infra/flags.yaml cannot be read; its own reading says why. */
function flagNames(): string[] | undefined {
  try {
    return Object.keys(readFirstFlags());
  } catch {
    return undefined;
  }
}

/** The environments there are, by name. */
export const environmentNames = (): string[] => yamlFiles(environmentsIn).map((file) => basename(file, '.yaml'));

/** infra/environments/NAME.yaml. Throws InvalidFile; an unknown name is an Error that lists the known ones. */
export function readEnvironment(name: string): Environment {
  if (!environmentNames().includes(name))
    throw new Error(`Unknown environment "${name}". Known: ${environmentNames().join(', ')} (${environmentsIn}).`);
  const path = `${environmentsIn}/${name}.yaml`;
  return parseYaml(environmentSchema, path, read(path));
}

/** The documents that the runbooks' scripts travel in. */
export const readHostDocuments = (runbooks: readonly Runbook[]): HostDocument[] => hostDocuments(runbooks, hostScript);

/** infra/triggers.yaml. Throws InvalidFile. */
export function readTriggers(): Triggers {
  const file = readYaml(triggersSchema, triggersFile, read(triggersFile));
  const mistakes = longAlarmNames(file);
  if (mistakes.length > 0) throw new InvalidFile(mistakes);
  return file.value;
}

/** infra/flags.yaml: each flag's first value. Throws InvalidFile. */
export const readFirstFlags = (): Record<string, FlagValue | null> =>
  parseYaml(firstFlagsSchema, flagsFile, read(flagsFile));

/** The texts of infra/notifications, by file name without ending. Throws InvalidFile. */
function readTemplates(): Record<string, string> {
  const files = filesIn(inInfra('notifications'));
  const mistakes = files.flatMap((file) => templateMistakes(file, read(file)));
  if (mistakes.length > 0) throw new InvalidFile(mistakes);
  return Object.fromEntries(files.map((file) => [basename(file, '.txt'), read(file)]));
}

/** Everything of infra/ that the machines are made from. */
export type Infra = {
  readonly runbooks: readonly Runbook[];
  readonly documents: readonly HostDocument[];
  readonly triggers: Triggers;
  readonly templates: Readonly<Record<string, string>>;
};

/** infra/, read whole. Throws InvalidFile with all mistakes of all files, those between files among them. */
export function readInfra(): Infra {
  const [runbooks, triggers, templates] = readAll(
    readRunbooks,
    readTriggers,
    readTemplates,
    readFirstFlags,
    readEnvironments,
  );
  return { runbooks, documents: readHostDocuments(runbooks), triggers, templates };
}

function readEnvironments(): void {
  const { mistakes } = readEach(environmentNames().map((name) => () => readEnvironment(name)));
  const files = yamlFiles(environmentsIn);
  const all = [...mistakes, ...files.flatMap(misnamedEnvironment), ...overlooked(environmentsIn)];
  if (all.length > 0) throw new InvalidFile(all);
}
