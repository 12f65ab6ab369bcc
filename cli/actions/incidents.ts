import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../config/environments.ts';
import { judgeIncident, type Place } from '../../incidents/judged.ts';
import { knownBroken, repaired } from '../../incidents/known-broken.ts';
import type { Found } from '../../incidents/search.ts';
import { type Tally, tallied } from '../../incidents/tally.ts';
import { overHttp } from '../../rehearsals/over-http.ts';
import { accountOpens } from '../../rehearsals/run-story.ts';
import type { Story } from '../../rehearsals/story.ts';
import { openSimulatedAccount } from '../../simulator/simulated-account.ts';
import { hostImage, newFolder, openEmbeddedAccount, synthesize } from '../account/embedded-account.ts';
import { Interrupted, interruptible } from '../account/interrupt.ts';
import { UsageError } from '../account/usage-error.ts';
import { incidentsText, progressText } from '../text/incidents-text.ts';
import { withProgress } from '../text/progress.ts';
import { type IncidentsOptions, search } from './incident-search.ts';
import { readStory } from './story-file.ts';

/** The environment of all incidents: its deadlines are short. */
const ownEnvironment = 'incidents';

/** Runs random incidents, or judges one story. Returns the exit code. */
export async function incidents(options: IncidentsOptions): Promise<number> {
  if (options.fullAccount && options.story === undefined)
    throw new UsageError('--full-account needs --story FILE: random incidents run in the simulator only.');
  const story = options.story === undefined ? undefined : readStory(options.story);
  const { environment } = story ?? { environment: ownEnvironment };
  const folder = newFolder();
  try {
    return await interruptible(async (interrupted) => {
      const progress = (line: string) => options.lines || console.error(line);
      const assembly = options.assembly ?? (await synthesize({ environment, interrupted, progress }, folder));
      if (options.lines) return await printLines(options, placeOn(assembly, environment), interrupted);
      if (story) return await judgeStory(story, options, assembly);
      return await runAll({ ...options, assembly }, interrupted);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Returns the place in which incidents run: a simulated account for each, on one synthesized assembly. */
const placeOn = (assembly: string, environment = ownEnvironment): Place => {
  const { region } = readEnvironment(environment);
  const folder = join(assembly, 'unused'); // a simulated account has no files
  return {
    region,
    environment,
    open: (story, seed) => {
      const virtualFrom = Date.parse(accountOpens(story));
      return openSimulatedAccount({
        assembly,
        image: hostImage,
        folder,
        hosts: story.hosts,
        hybrid: story.hybrid,
        region,
        seed,
        virtualFrom,
      });
    },
  };
};

/** Prints one line of JSON per incident, for the process that shares the incidents out. */
async function printLines(options: IncidentsOptions, place: Place, interrupted: AbortSignal): Promise<number> {
  await search(options, place, { interrupted, found: (found) => console.log(JSON.stringify(found)) });
  return 0;
}

type Running = IncidentsOptions & { readonly assembly: string };

async function runAll(options: Running, ctrlC: AbortSignal): Promise<number> {
  const first = new AbortController();
  const interrupted = AbortSignal.any([ctrlC, first.signal]);
  const tally = tallied();
  const began = process.hrtime.bigint();
  const seconds = () => Number(process.hrtime.bigint() - began) / 1e9;
  const place = placeOn(options.assembly);
  let whole: readonly { readonly name: string }[] = [];
  let stopped = false;
  try {
    await withProgress('Incidents', async ({ stage }) => {
      let shown = 0;
      const found = (one: Found) => {
        tally.add(one);
        if (options.first && one.broken) first.abort(new Interrupted('The first break ends the run.'));
        if (!process.stderr.isTTY && seconds() < shown + 30) return;
        shown = seconds();
        stage(progressText(tally.sum(), options.count, shown));
      };
      whole = await repaired(knownBroken, place);
      await search(options, place, { interrupted, found });
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    stopped = ctrlC.aborted;
  }
  const sum = tally.sum();
  keepStories(sum, options.keep);
  const result = {
    ...sum,
    seed: options.seed,
    repaired: whole.map(({ name }) => name),
    seconds: Math.round(seconds()),
  };
  console.log(options.json ? JSON.stringify(result, null, 2) : incidentsText(result));
  if (stopped) return 130;
  return sum.broken.length > 0 || whole.length > 0 ? 1 : 0;
}

function keepStories({ broken }: Tally, folder: string | undefined): void {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  for (const { invariant, story } of broken) writeFileSync(join(folder, `${invariant}.yaml`), story);
}

/** Judges one story, in the simulator or on the full account. */
async function judgeStory(
  story: Story,
  { json, fullAccount = false }: IncidentsOptions,
  assembly: string,
): Promise<number> {
  const place = fullAccount ? fullPlace(assembly, story.environment) : placeOn(assembly, story.environment);
  const { breaks, acting, transitions, hash } = await judgeIncident(story, place);
  const texts = breaks.map(({ invariant, says }) => `${invariant}: ${says}`);
  if (json) console.log(JSON.stringify({ breaks, acting, transitions, hash }, null, 2));
  else console.log(texts.length > 0 ? `Broken:\n  ${texts.join('\n  ')}` : 'Clean: the story breaks no invariant.');
  return texts.length > 0 ? 1 : 0;
}

const fullPlace = (assembly: string, environment: string): Place => {
  const { region } = readEnvironment(environment);
  return {
    region,
    environment,
    open: async (story, seed) => {
      const virtualFrom = accountOpens(story);
      const opening = {
        environment,
        hosts: story.hosts,
        hybrid: story.hybrid,
        seed,
        port: 0,
        assembly,
        virtualFrom,
        progress: () => {},
      };
      const { endpoint, close } = await openEmbeddedAccount(opening);
      return { reach: overHttp(endpoint, region), close };
    },
  };
};
