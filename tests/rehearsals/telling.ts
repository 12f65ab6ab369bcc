import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { semaphore } from 'embedded-aws/semaphore';
import { afterAll } from 'vitest';
import { openEmbeddedAccount } from '../../cli/account/embedded-account.ts';
import { type HostDocument, hostDocuments } from '../../config/host-document.ts';
import { readInfra, readRunbooks } from '../../config/infra.ts';
import { parseYaml } from '../../config/yaml/read-yaml.ts';
import { type Story, storySchema } from '../../rehearsals/story.ts';
import { accountOpens, type Told, tell } from '../../rehearsals/tell.ts';
import { renderedText, stateMachines } from '../../statemachines/state-machines.ts';
import { synthesized } from './synthesized.ts';

const root = join(import.meta.dirname, '../..');

export const storyNamed = (name: string): Story => storyIn(`rehearsals/stories/${name}.yaml`);
export const storyIn = (file: string): Story => parseYaml(storySchema, file, readFileSync(join(root, file), 'utf8'));

/** Tells a story as `rollback rehearse` does, under the virtual clock, to an account of its own. */
export async function told(story: Story, options: { seed?: number; assembly?: string } = {}): Promise<Told> {
  const { seed = 1, assembly = await synthesized() } = options;
  const leave = await place();
  const account = await openEmbeddedAccount({
    environment: story.environment,
    hosts: story.hosts,
    seed,
    port: 0,
    assembly,
    virtualFrom: accountOpens(story),
    progress: () => {},
  });
  try {
    return await tell(story, { endpoint: account.endpoint, region: 'us-east-1', seed, hear: () => {} });
  } finally {
    await account.close();
    leave();
  }
}

/** An account takes 300 MB and more than one core; more than two at a time only make each slower. */
const place = semaphore(2);

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

type Template = { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> };

/** A copy of the synthesized assembly whose templates, one a stack and nested stack, were changed by hand. */
export async function changedAssembly(change: (template: Template) => Template): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'changed-'));
  folders.push(folder);
  await cp(await synthesized(), folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.template.json')) continue;
    const file = join(folder, name);
    await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')))));
  }
  return folder;
}

/** The definition of a machine that stands beside the product's own, or in the place of one. */
export type Definition = { readonly StartAt: string; readonly States: Readonly<Record<string, object>> };

/** The assembly with other machines in it, by the ends of their names; each runs as the machine `release` does. */
export const assemblyWithMachines = (machines: Readonly<Record<string, Definition>>): Promise<string> =>
  changedAssembly(({ Resources, ...rest }) => {
    const namedSo =
      (name: string) =>
      ([, { Properties }]: [string, Template['Resources'][string]]) =>
        Properties?.['StateMachineName'] === `rollback-local-${name}`;
    const release = Object.entries(Resources).find(namedSo('release'))?.[1];
    for (const [name, definition] of release ? Object.entries(machines) : []) {
      const StateMachineName = `rollback-local-${name}`;
      const DefinitionString = JSON.stringify({ QueryLanguage: 'JSONata', ...definition });
      const [id] = Object.entries(Resources).find(namedSo(name)) ?? [`Test${name}`];
      const Properties = { ...release?.Properties, StateMachineName, DefinitionString, DefinitionSubstitutions: {} };
      Resources[id] = { Type: 'AWS::StepFunctions::StateMachine', Properties };
    }
    return { Resources, ...rest };
  });

/** Host scripts by file name, each with what replaces it. */
type Scripts = Readonly<Record<string, (text: string) => string>>;

/** The assembly as it would be synthesized from a source tree in which these host scripts are others. */
export const assemblyWith = (scripts: Scripts): Promise<string> =>
  changedAssembly((template) => {
    const changed = JSON.stringify(withDocuments(template, documentsWith(scripts)));
    const others = documentsWith(scripts);
    return JSON.parse(
      documentsWith({}).reduce((text, { sha256 }, i) => text.replaceAll(sha256, others[i]?.sha256 ?? ''), changed),
    );
  });

/** The same, but with the state machines as they were: somebody changed the documents in the account by hand. */
export const accountWith = (scripts: Scripts): Promise<string> =>
  changedAssembly((template) => withDocuments(template, documentsWith(scripts)));

/** The assembly as it would be if a phase's runbook had no such step. */
export const assemblyWithout = (step: string): Promise<string> =>
  changedAssembly(({ Resources, ...rest }) => {
    const infra = readInfra();
    const runbooks = infra.runbooks.map((runbook) => ({
      ...runbook,
      steps: runbook.steps.filter(({ name }) => name !== step),
    }));
    const definitions = stateMachines({ ...infra, runbooks });
    for (const { Type, Properties } of Object.values(Resources)) {
      const name = String(Properties['StateMachineName']).replace('rollback-local-', '');
      if (Type === 'AWS::StepFunctions::StateMachine' && definitions[name])
        Properties['DefinitionString'] = renderedText(definitions[name]);
    }
    return { Resources, ...rest };
  });

const documentsWith = (scripts: Scripts): HostDocument[] =>
  hostDocuments(readRunbooks(), (file) => {
    const text = readFileSync(join(root, 'infra/host-scripts', file), 'utf8');
    return scripts[file]?.(text) ?? text;
  });

function withDocuments({ Resources, ...rest }: Template, documents: readonly HostDocument[]): Template {
  const changed = Object.entries(Resources).map(([id, resource]) => {
    const document = documents.find((one) => `rollback-local-${one.id}` === resource.Properties['Name']);
    if (resource.Type !== 'AWS::SSM::Document' || !document) return [id, resource] as const;
    return [id, { ...resource, Properties: { ...resource.Properties, Content: document.content } }] as const;
  });
  return { ...rest, Resources: Object.fromEntries(changed) };
}
