import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import { type OtherChange, otherChangesSentences } from '../../domain/witness/other-changes.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { RecentFlags } from '../stores/recent-flags.ts';
import type { SeenHosts } from '../stores/seen-hosts.ts';

export type OtherChangesDeps = {
  readonly deployments: Pick<Deployments, 'recent'>;
  /** All phases that have a runbook. */
  readonly phases: readonly number[];
  readonly settings: { readonly brakes: { readonly watch_window: number } };
  /** Absent: flags are not looked at. */
  readonly recentFlags?: RecentFlags;
  /** Absent: the hosts' software is not looked at. */
  readonly seenHosts?: Pick<SeenHosts, 'all'>;
};

/**
 * Returns, in sentences, what else changed in the watch window before an alarm: other phases' deployments, flags that people set, and
 * the hosts' agents and operating systems. Never fails: what cannot be read is named.
 *
 * Only a rollback that asks people reads this. One that acts at once has no time for it.
 */
export async function otherChanges(
  { deployments, phases, settings, recentFlags, seenHosts }: OtherChangesDeps,
  phase: number,
  { start_time }: Pick<RollbackCause, 'start_time'>,
): Promise<string[]> {
  const unread: string[] = [];
  const orNone = (what: string, read: Promise<readonly OtherChange[]>) =>
    read.catch((error: Error) => {
      console.warn(`Other changes could not be read (${what}): ${error.name}: ${error.message}`);
      unread.push(what);
      return [];
    });
  const others = phases.filter((one) => one !== phase);
  const found = await Promise.all([
    orNone('deployments of other phases', deployedIn(deployments, others, start_time)),
    recentFlags ? orNone('flags', flagsSet(recentFlags)) : [],
    seenHosts ? orNone("the hosts' agents and operating systems", softwareChanged(seenHosts)) : [],
  ]);
  const from = new Date(Date.parse(start_time) - settings.brakes.watch_window * 1000).toISOString();
  return otherChangesSentences(found.flat(), { from, to: start_time }, unread);
}

async function deployedIn(
  { recent }: OtherChangesDeps['deployments'],
  phases: readonly number[],
  before: string,
): Promise<OtherChange[]> {
  const all = await Promise.all(
    phases.map(async (phase) => (await recent(phase, before)).map(({ version, at }) => ({ phase, version, at }))),
  );
  return all.flat().map((one) => ({ of: 'deployment', ...one }));
}

const flagsSet = async (read: RecentFlags): Promise<OtherChange[]> =>
  (await read()).map(({ at, detail }) => {
    const { flag, value, operator } = detail as { flag?: unknown; value?: unknown; operator?: string | null };
    return { of: 'flag', at, flag: String(flag), value: String(value), by: operator ?? 'somebody' };
  });

const softwareChanged = async ({ all }: Pick<SeenHosts, 'all'>): Promise<OtherChange[]> =>
  (await all()).flatMap(({ name, changed }) => (changed ? [{ of: 'host', host: name, ...changed }] : []));

/**
 * Returns the phase whose rollback asks for all phases that fell silent together: the one that was deployed last, else the first
 * one. So one question is asked and not one per phase. Throws if a deployment cannot be read, so that the opening retries.
 */
export async function askingPhase(
  { deployments, phases }: Pick<OtherChangesDeps, 'phases'> & { readonly deployments: Pick<Deployments, 'newest'> },
  { start_time }: Pick<RollbackCause, 'start_time'>,
): Promise<number> {
  const found = await Promise.all(
    phases.map(async (phase) => ({ phase, at: (await deployments.newest(phase, start_time))?.at ?? '' })),
  );
  const [last] = found.toSorted((a, b) => (a.at === b.at ? a.phase - b.phase : a.at < b.at ? 1 : -1));
  return last?.phase ?? 0;
}
