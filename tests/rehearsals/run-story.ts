import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { semaphore } from 'embedded-aws/semaphore';
import { environmentSettings } from '../../cdk/machine.ts';
import { openEmbeddedAccount } from '../../cli/account/embedded-account.ts';
import { readEnvironment } from '../../config/environments.ts';
import { type HostDocument, hostDocuments } from '../../config/host-document.ts';
import { readInfra, readRunbooks } from '../../config/infra.ts';
import { parseYaml } from '../../config/yaml/read-yaml.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import { overHttp } from '../../rehearsals/over-http.ts';
import type { AccountEvent } from '../../rehearsals/reach.ts';
import { accountOpens, runStoryOn } from '../../rehearsals/run-story.ts';
import { type Story, storySchema } from '../../rehearsals/story.ts';
import type { StoryResult } from '../../rehearsals/story-result.ts';
import { openSimulatedAccount } from '../../simulator/simulated-account.ts';
import { renderedText, stateMachines } from '../../statemachines/state-machines.ts';
import { atEndOfFile } from '../at-end-of-file.ts';
import { synthesized } from './synthesized.ts';

const root = join(import.meta.dirname, '../..');

export const storyNamed = (name: string): Story => storyIn(`rehearsals/stories/${name}.yaml`);
export const storyIn = (file: string): Story => parseYaml(storySchema, file, readFileSync(join(root, file), 'utf8'));

/** Runs a story as `rollback rehearse` does: on an account of its own, with the virtual clock. */
export async function runStory(story: Story, options: { seed?: number; assembly?: string } = {}): Promise<StoryResult> {
  const { seed = 1, assembly = await synthesized() } = options;
  const leave = await place();
  const account = await openEmbeddedAccount({
    environment: story.environment,
    hosts: story.hosts,
    hybrid: story.hybrid,
    seed,
    port: 0,
    assembly,
    virtualFrom: accountOpens(story),
    progress: () => {},
  });
  try {
    const reach = overHttp(account.endpoint, 'us-east-1');
    return await runStoryOn(story, { reach, region: 'us-east-1', seed, hear: () => {} });
  } finally {
    await account.close();
    leave();
  }
}

/** Runs a story in the simulator: as runStory does, in this process and with a model of the hosts. */
export async function runSimulated(
  story: Story,
  options: { seed?: number; assembly?: string; hear?: (event: AccountEvent) => void } = {},
): Promise<StoryResult> {
  const { seed = 1, assembly = await synthesized(), hear = () => {} } = options;
  const account = await openSimulatedAccount({
    assembly,
    image: join(root, 'rehearsals/host-images/trading'),
    folder: join(tmpdir(), 'unused-by-a-simulated-account'),
    hosts: story.hosts,
    hybrid: story.hybrid,
    region: 'us-east-1',
    seed,
    virtualFrom: Date.parse(accountOpens(story)),
  });
  try {
    return await runStoryOn(story, { reach: account.reach, region: 'us-east-1', seed, hear });
  } finally {
    await account.close();
  }
}

/** The names of all stories. */
export const storyNames = (): string[] =>
  readdirSync(join(root, 'rehearsals/stories')).map((file) => file.replace('.yaml', ''));

/** An account takes 300 MB and more than one core, so more than two at a time only slow each other down. */
const place = semaphore(2);

type Template = { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> };

/** Returns a copy of the synthesized assembly with changed templates: one template per stack and nested stack. */
export async function changedAssembly(change: (template: Template) => Template): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'changed-'));
  atEndOfFile(() => rm(folder, { recursive: true, force: true }));
  await cp(await synthesized(), folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.template.json')) continue;
    const file = join(folder, name);
    await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')))));
  }
  return folder;
}

/** The definition of a machine that is added to the product's machines or replaces one. */
export type Definition = { readonly StartAt: string; readonly States: Readonly<Record<string, object>> };

/** Returns the assembly with these machines, by the end of their names. Each has the role of the machine `release`. */
export const assemblyWithMachines = (machines: Readonly<Record<string, Definition>>): Promise<string> =>
  changedAssembly(({ Resources, ...rest }) => {
    const hasName =
      (name: string) =>
      ([, { Properties }]: [string, Template['Resources'][string]]) =>
        Properties?.['StateMachineName'] === `rollback-local-${name}`;
    const release = Object.entries(Resources).find(hasName('release'))?.[1];
    for (const [name, definition] of release ? Object.entries(machines) : []) {
      const StateMachineName = `rollback-local-${name}`;
      const DefinitionString = JSON.stringify({ QueryLanguage: 'JSONata', ...definition });
      const [id] = Object.entries(Resources).find(hasName(name)) ?? [`Test${name}`];
      const Properties = { ...release?.Properties, StateMachineName, DefinitionString, DefinitionSubstitutions: {} };
      Resources[id] = { Type: 'AWS::StepFunctions::StateMachine', Properties };
    }
    return { Resources, ...rest };
  });

/** Replacements of host scripts, by file name: each takes the script's text and returns another. */
type Scripts = Readonly<Record<string, (text: string) => string>>;

/** Returns the assembly that a source tree with these host scripts would give. */
export const assemblyWith = (scripts: Scripts): Promise<string> =>
  changedAssembly((template) => {
    const changed = JSON.stringify(withDocuments(template, documentsWith(scripts)));
    const replaced = documentsWith(scripts);
    return JSON.parse(
      documentsWith({}).reduce((text, { sha256 }, i) => text.replaceAll(sha256, replaced[i]?.sha256 ?? ''), changed),
    );
  });

/** Returns an assembly with changed documents but unchanged state machines, as after a change by hand in the account. */
export const accountWith = (scripts: Scripts): Promise<string> =>
  changedAssembly((template) => withDocuments(template, documentsWith(scripts)));

/** Returns the assembly that runbooks without this step would give. */
export const assemblyWithout = (step: string): Promise<string> =>
  assemblyOf((runbook) => ({ ...runbook, steps: runbook.steps.filter(({ name }) => name !== step) }));

/** Returns the assembly that a runbook with these forbidden pairs would give. */
export const assemblyWithPairs = (phase: number, forbidden: Runbook['forbidden']): Promise<string> =>
  assemblyOf((runbook) => (runbook.phase === phase ? { ...runbook, forbidden } : runbook));

/** Returns the assembly that changed runbooks would give. */
const assemblyOf = (changed: (runbook: Runbook) => Runbook): Promise<string> =>
  changedAssembly(({ Resources, ...rest }) => {
    const infra = readInfra();
    const runbooks = infra.runbooks.map(changed);
    const definitions = stateMachines({ ...infra, runbooks });
    for (const { Type, Properties } of Object.values(Resources)) {
      const name = String(Properties['StateMachineName']).replace('rollback-local-', '');
      if (Type !== 'AWS::StepFunctions::StateMachine' || !definitions[name]) continue;
      const text = renderedText(definitions[name]);
      const settings = Object.entries(environmentSettings('local', readEnvironment('local')));
      Properties['DefinitionString'] = text;
      Properties['DefinitionSubstitutions'] = {
        ...Object.fromEntries(settings.filter(([word]) => text.includes(`\${${word}}`))),
        ...(Properties['DefinitionSubstitutions'] as object),
      };
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
