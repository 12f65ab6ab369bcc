import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Place } from '../../incidents/judged.ts';
import { knownBroken } from '../../incidents/known-broken.ts';
import { drawn, type Found, searchOne } from '../../incidents/search.ts';
import { root } from '../account/embedded-account.ts';
import { unlessInterrupted } from '../account/interrupt.ts';

/** The options of `npm run incidents`. */
export type IncidentsOptions = {
  readonly count: number;
  readonly seed: number;
  readonly from: number;
  readonly jobs: number;
  readonly shrink: number;
  readonly twice?: boolean;
  /** End the run at the first break. */
  readonly first?: boolean;
  readonly json?: boolean;
  readonly keep?: string;
  readonly story?: string;
  readonly fullAccount?: boolean;
  readonly assembly?: string;
  readonly every?: number;
  readonly lines?: boolean;
  /** Plays only the incidents whose document, as JSON, matches this regular expression. */
  readonly only?: string;
};

type Search = {
  readonly interrupted: AbortSignal;
  readonly found: (found: Found) => void;
};

/** Incidents of one invariant that are shrunk; more of them cost time and mostly show the same fault. */
const SHRUNK_EACH = 2;

/** Runs incidents, in this process or shared out among several, and passes on each as it ends. */
export async function search(options: IncidentsOptions, place: Place, { interrupted, found }: Search): Promise<void> {
  const { jobs, every } = options;
  if (jobs > 1 && every === undefined) return shareOut(options, { interrupted, found });
  const { count, seed, from, twice } = options;
  const broken: Record<string, number> = {};
  const shrink = (invariant: string) => ((broken[invariant] ?? 0) < SHRUNK_EACH ? options.shrink : 1);
  const only = options.only === undefined ? undefined : new RegExp(options.only);
  for (let number = from; number < from + count; number += every ?? 1) {
    if (only && !only.test(JSON.stringify(drawn(seed, number, place.environment)))) continue;
    const searched = searchOne(place, number, { seed, known: knownBroken, shrink, twiceEvery: twice ? 1 : 20 });
    const one = await unlessInterrupted(interrupted, searched);
    if (one.broken) broken[one.broken.invariant] = (broken[one.broken.invariant] ?? 0) + 1;
    found(one);
  }
}

/** Shares the incidents out among processes, of which each runs every so many. */
async function shareOut(options: IncidentsOptions, { interrupted, found }: Search): Promise<void> {
  const { jobs, count, from, seed, shrink, twice, assembly = '' } = options;
  const share = (job: number) => {
    const words = [
      ...['--lines', '--every', String(jobs), '--assembly', assembly, '--jobs', '1'],
      ...['--from', String(from + job), '--count', String(count - job)],
      ...['--seed', String(seed), '--shrink', String(shrink), ...(twice ? ['--twice'] : [])],
      ...(options.only === undefined ? [] : ['--only', options.only]),
    ];
    const child = spawn(process.execPath, [join(root, 'cli/incidents.ts'), ...words], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    interrupted.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr = (stderr + chunk).slice(-2000);
    });
    // A function's own log goes to standard output too, as on Lambda; only what was found is JSON.
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) found(JSON.parse(line) as Found);
    });
    return new Promise<void>((resolve, reject) =>
      child.once('close', (code) =>
        code === 0 ? resolve() : reject(new Error(stderr.trim() || `Process ${job} ended with ${code}.`)),
      ),
    );
  };
  const shares = Array.from({ length: Math.min(jobs, count) }, (_, job) => share(job));
  await unlessInterrupted(interrupted, Promise.all(shares));
}
