import { readdirSync, readFileSync } from 'node:fs';
import { type Environment, environmentSchema } from '../domain/environment.ts';
import type { FlagValue } from '../domain/flag.ts';
import { firstFlagsSchema } from '../domain/flag-document.ts';
import { type Runbook, runbookSchema } from '../domain/runbook.ts';
import { type Triggers, triggersSchema } from '../domain/triggers-file.ts';
import { InvalidFile, parseYaml } from '../domain/yaml.ts';
import type { StateMachine } from './asl.ts';
import { type HostDocument, hostDocuments } from './host-document.ts';
import { phaseMachine } from './phase-machine.ts';
import { recordDeploymentMachine } from './record-deployment-machine.ts';
import { releaseMachine } from './release-machine.ts';

const folder = (path: string) => new URL(`../${path}/`, import.meta.url);

/** infra/runbooks, in the order of their phases. Throws InvalidFile with every mistake's file and line. */
export function readRunbooks(): Runbook[] {
  const runbooks = readdirSync(folder('infra/runbooks'))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => {
      const path = `infra/runbooks/${file}`;
      const runbook = parseYaml(runbookSchema, path, readFileSync(new URL(file, folder('infra/runbooks')), 'utf8'));
      if (!file.startsWith(`phase-${runbook.phase}-`))
        throw new InvalidFile([
          `${path}:1: expected a file named phase-${runbook.phase}-….yaml, found phase: ${runbook.phase}`,
        ]);
      return runbook;
    });
  return runbooks.toSorted((a, b) => a.phase - b.phase);
}

/** The environments there are, by name. */
export const environmentNames = (): string[] =>
  readdirSync(folder('infra/environments'))
    .map((file) => file.replace(/\.yaml$/, ''))
    .toSorted();

/** infra/environments/NAME.yaml. Throws InvalidFile; an unknown name is an Error that lists the known ones. */
export function readEnvironment(name: string): Environment {
  if (!environmentNames().includes(name))
    throw new Error(`Unknown environment "${name}". Known: ${environmentNames().join(', ')} (infra/environments).`);
  const file = `infra/environments/${name}.yaml`;
  return parseYaml(
    environmentSchema,
    file,
    readFileSync(new URL(`${name}.yaml`, folder('infra/environments')), 'utf8'),
  );
}

/** The documents that the runbooks' scripts travel in. */
export const readHostDocuments = (runbooks: readonly Runbook[]): HostDocument[] =>
  hostDocuments(runbooks, (script) => {
    try {
      return readFileSync(new URL(script, folder('infra/host-scripts')), 'utf8');
    } catch (cause) {
      throw new Error(`infra/host-scripts/${script} cannot be read, and a runbook names it.`, { cause });
    }
  });

/** infra/triggers.yaml. Throws InvalidFile. */
export const readTriggers = (): Triggers =>
  parseYaml(triggersSchema, 'infra/triggers.yaml', readFileSync(new URL('triggers.yaml', folder('infra')), 'utf8'));

/** infra/flags.yaml: each flag's first value. Throws InvalidFile. */
export const readFirstFlags = (): Record<string, FlagValue> =>
  parseYaml(firstFlagsSchema, 'infra/flags.yaml', readFileSync(new URL('flags.yaml', folder('infra')), 'utf8'));

/** The texts of infra/notifications, by file name without ending. */
export const readTemplates = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder('infra/notifications')).map((file) => [
      file.replace(/\.txt$/, ''),
      readFileSync(new URL(file, folder('infra/notifications')), 'utf8'),
    ]),
  );

/** Everything of infra/ that the machines are made from. */
export type Infra = {
  readonly runbooks: readonly Runbook[];
  readonly documents: readonly HostDocument[];
  readonly triggers: Triggers;
  readonly templates: Readonly<Record<string, string>>;
};

/** infra/, read whole. Throws InvalidFile, or an Error that names the file. */
export function readInfra(): Infra {
  const runbooks = readRunbooks();
  return { runbooks, documents: readHostDocuments(runbooks), triggers: readTriggers(), templates: readTemplates() };
}

/** Every state machine by its name after `rollback-<environment>-`, made from infra/. */
export function stateMachines(infra: Infra): Record<string, StateMachine> {
  return {
    ...Object.fromEntries(
      infra.runbooks.map((runbook) => [`phase-${runbook.phase}`, phaseMachine({ runbook, ...infra })]),
    ),
    'record-deployment': recordDeploymentMachine(),
    release: releaseMachine(),
  };
}

/** statemachines/rendered/NAME.asl.json: what is deployed, and read in review. */
export const renderedFile = (name: string) => new URL(`${name}.asl.json`, folder('statemachines/rendered'));
export const renderedText = (machine: StateMachine) => `${JSON.stringify(machine, null, 2)}\n`;
