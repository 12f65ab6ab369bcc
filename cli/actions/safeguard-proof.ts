import { join } from 'node:path';
import { counted } from '../../domain/counted.ts';
import type { Break } from '../../incidents/judged.ts';
import { isKnown, knownBroken } from '../../incidents/known-broken.ts';
import type { Safeguard } from '../../incidents/safeguards/safeguard.ts';
import { type Found, generatorOf } from '../../incidents/search.ts';
import type { StoryResult } from '../../rehearsals/story-result.ts';
import { root, synthesize } from '../account/embedded-account.ts';
import { outputOf } from '../account/own-program.ts';
import type { Shown } from '../text/safeguards-text.ts';
import { readStory } from './story-file.ts';

export type SafeguardsOptions = {
  readonly incidents?: boolean;
  readonly count: number;
  readonly seed: number;
  readonly from: number;
  readonly fullAccount?: boolean;
  readonly list?: boolean;
  /** Stores the incidents that were found, and writes the table of docs/safeguards.md. */
  readonly keep?: boolean;
  readonly json?: boolean;
};

export type Proving = SafeguardsOptions & {
  /** The copy of the project, from which the safeguard is removed. */
  readonly copy: string;
  /** A folder for files of this run. */
  readonly folder: string;
  readonly interrupted: AbortSignal;
};
type Proof = Omit<Shown, 'name' | 'seconds'>;

/** Plays the safeguard's story with the safeguard, and then without it. */
export async function byStory(safeguard: Safeguard, proving: Proving): Promise<Proof> {
  const way = `story ${String(safeguard.story.split('/').at(-1)).replace('.yaml', '')}`;
  const [held] = await breaksOf(safeguard, root, proving);
  if (held) return { found: false, way, says: `The story fails with the safeguard too: ${held}` };
  const [broken] = await breaksOf(safeguard, proving.copy, proving);
  return { found: broken !== undefined, way, says: broken ?? 'The story holds without the safeguard.' };
}

/** Returns what the safeguard's story breaks in a project: the invariant, or the story's expectations. */
async function breaksOf({ story, breaks, patches }: Safeguard, project: string, proving: Proving): Promise<string[]> {
  const { fullAccount = false } = proving;
  const { environment } = readStory(join(root, story));
  const account = [
    ...(fullAccount ? [] : await assembly(environment, { patches, project }, proving)),
    ...(fullAccount && breaks ? ['--full-account'] : []),
    ...(fullAccount || breaks ? [] : ['--simulated']),
  ];
  if (breaks === undefined) {
    const output = await run(['main.ts', 'rehearse', story, '--json', ...account], project, proving);
    return [...(JSON.parse(output) as StoryResult).differences];
  }
  const output = await run(['incidents.ts', '--story', story, '--json', ...account], project, proving);
  const { breaks: all } = JSON.parse(output) as { breaks: readonly Break[] };
  return all
    .filter((one) => one.invariant === breaks && !isKnown(knownBroken, one))
    .map(({ invariant, says }) => `${invariant}: ${says}`);
}

/** Plays random incidents without the safeguard until one breaks an invariant, and plays that one with the safeguard. */
export async function byIncidents(safeguard: Safeguard, proving: Proving): Promise<Proof> {
  const { copy, seed, from, count } = proving;
  const way = `${counted(count, 'incident')} of seed ${seed}`;
  const without = await firstBroken(safeguard, copy, { ...proving, from, count });
  if (!without.broken)
    return {
      found: false,
      way,
      says: `Nothing breaks; ${counted(without.played, 'incident was', 'incidents were')} played.`,
      played: without.played,
    };
  const { number, broken } = without;
  const found = { seed, number, breaks: broken.invariant, generator: generatorOf('incidents') };
  const same = await firstBroken(safeguard, root, { ...proving, from: number, count: 1 });
  if (same.broken?.invariant === broken.invariant)
    return { found: false, way, says: `Incident ${number} breaks ${broken.invariant} with the safeguard too.` };
  const says = `${broken.invariant}: ${broken.says}`;
  return { found: true, way: `incident ${number} of seed ${seed}`, says, played: without.played, incident: found };
}

/** Returns the first incident of a range that breaks an invariant in a project, and how many were played. */
async function firstBroken({ kinds, patches }: Safeguard, project: string, proving: Proving) {
  const { seed, from, count } = proving;
  let found: Found | undefined;
  let played = 0;
  const line = (text: string): boolean => {
    const one = JSON.parse(text) as Found;
    played += 1;
    if (one.broken) found = one;
    return one.broken !== undefined;
  };
  const words = [
    ...['incidents.ts', '--lines', '--jobs', '1', '--shrink', '1'],
    ...['--seed', String(seed), '--from', String(from), '--count', String(count)],
    ...(kinds === undefined ? [] : ['--only', kinds]),
    ...(await assembly('incidents', { patches, project }, proving)),
  ];
  await run(words, project, proving, line);
  return { number: found?.number ?? 0, broken: found?.broken, played };
}

/** The parts of the source that are not in the template, or only as the functions' code, which a simulation has in process. */
const besideTheTemplate = /^(lambdas|simulator|infra\/host-scripts|domain\/(?!infra|plan))/;

/** Returns the option for the assembly of the unchanged project, unless the patches change the template. */
async function assembly(
  environment: string,
  { patches, project }: Pick<Safeguard, 'patches'> & { readonly project: string },
  { folder, interrupted }: Proving,
): Promise<string[]> {
  if (project !== root && patches.some(({ file }) => !besideTheTemplate.test(file))) return [];
  return ['--assembly', await synthesize({ environment, interrupted, progress: () => {} }, folder)];
}

const run = (
  words: readonly string[],
  project: string,
  { folder, interrupted }: Proving,
  line?: (text: string) => boolean,
): Promise<string> =>
  outputOf({
    project,
    words,
    interrupted,
    ...(line ? { line } : {}),
    ...(project === root ? {} : { env: { ROLLBACK_SYNTHESIS_CACHE: join(folder, 'assemblies') } }),
  });
