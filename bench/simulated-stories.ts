import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { hostImage, newFolder, root, synthesize } from '../cli/account/embedded-account.ts';
import { readStory } from '../cli/actions/story-file.ts';
import { accountOpens, runStoryOn } from '../rehearsals/run-story.ts';
import { openSimulatedAccount } from '../simulator/simulated-account.ts';
import type { Figure } from './figure.ts';

/** The most processor seconds of all stories (issue 14, Figures). */
const MOST_SECONDS = 60;
/** The story whose repeats show whether memory grows: a rollback of Phase 1. The first repeats fill caches. */
const REPEATED = 'phase-1-security-issue';
const REPEATS = 24;
const WARM = 8;

/** Measures all stories in the simulator, in this process: processor seconds, also of single stories, and memory. */
export async function simulatedStories(say: (line: string) => void): Promise<Figure[]> {
  const folder = newFolder();
  try {
    const interrupted = new AbortController().signal;
    const assembly = await synthesize({ environment: 'local', progress: say, interrupted }, folder);
    const names = readdirSync(join(root, 'rehearsals/stories')).map((file) => file.replace('.yaml', ''));
    const run = (name: string) => simulated(name, assembly, join(folder, 'account'));
    let seconds = 0;
    for (const name of names) seconds += (await run(name)).seconds;
    const repeats: Repeat[] = [];
    for (let i = 0; i < REPEATS; i += 1) repeats.push({ ...(await run(REPEATED)), megabytes: heapMegabytes() });
    const warm = repeats.slice(WARM);
    return [
      {
        name: `all ${names.length} stories simulated`,
        value: rounded(seconds),
        unit: 's of processor',
        most: MOST_SECONDS,
      },
      {
        name: 'one rollback of Phase 1 simulated',
        value: mean(warm.map((one) => one.seconds)),
        unit: 's of processor',
      },
      { name: '  of which the opening', value: mean(warm.map((one) => one.opening)), unit: 's of processor' },
      {
        name: `memory per further story, over ${warm.length}`,
        value: rounded(((warm.at(-1)?.megabytes ?? 0) - (warm[0]?.megabytes ?? 0)) / (warm.length - 1)),
        unit: 'MB',
        most: 0.1,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Repeat = { readonly seconds: number; readonly opening: number; readonly megabytes: number };

/** Runs a story. Returns its processor seconds, and those of the account's opening. */
async function simulated(name: string, assembly: string, folder: string) {
  const story = readStory(join(root, `rehearsals/stories/${name}.yaml`));
  const began = process.cpuUsage();
  const account = await openSimulatedAccount({
    ...{ assembly, folder, image: hostImage, hosts: story.hosts, hybrid: story.hybrid, region: 'us-east-1', seed: 1 },
    virtualFrom: Date.parse(accountOpens(story)),
  });
  const opening = secondsSince(began);
  const target = { reach: account.reach, region: 'us-east-1', seed: 1, hear: () => {} };
  const { differences } = await runStoryOn(story, target);
  await account.close();
  if (differences.length > 0) throw new Error(`${name}: ${differences.join('\n')}`);
  return { seconds: secondsSince(began), opening };
}

function secondsSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

/** Returns the memory that is in use after a collection of garbage. */
function heapMegabytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 1e6;
}

const mean = (values: readonly number[]) => rounded(values.reduce((sum, one) => sum + one, 0) / values.length);
const rounded = (value: number) => Number(value.toFixed(2));
