import type { BaselineComparison } from '../alarm/baseline.ts';
import type { Confirmation } from './confirmation.ts';
import { failureSentence, type HostVerdict } from './host-verdict.ts';

/** Everything that one look at the fleet has seen. */
export type FleetObservation = {
  /** Steps and versions (confirmation.ts). */
  readonly version: Confirmation;
  /** Each host's answer to "are you healthy?"; null where the runbook has no such check. */
  readonly health: readonly HostVerdict[] | null;
  /** The phase's red alarms, by name. */
  readonly red: readonly string[];
  /** The trigger's metric over the bake time; null where no alarm started the rollback. */
  readonly metric: BaselineComparison | null;
  /** Hosts that were not online and are not rolled back, by name: they may be as sick as the others were. */
  readonly passed_by: readonly string[];
};

export type RecoveryVerdict = Pick<Confirmation, 'verdict' | 'problem'> & {
  /** Looking again will not change it: a host at another version does not move by itself. */
  readonly settled: boolean;
  /** The problem, where the hosts that were passed by may be all of it; null: it is something else, or there is none. */
  readonly perhaps_theirs: string | null;
};

/** What one look says of recovery. PASS needs all of it; what could not be seen is INCONCLUSIVE, never PASS. */
export function recoveryVerdict({ version, health, red, metric, passed_by }: FleetObservation): RecoveryVerdict {
  const { verdict, problem } = version;
  if (!isRecovered(version)) return { verdict, problem, settled: verdict === 'FAIL', perhaps_theirs: null };
  const ill = (health ?? []).filter((one) => one.verdict === 'done' && !isHealthy(one));
  if (ill.length > 0)
    return fail(`Not healthy: ${ill.slice(0, 5).map(illness).join('; ')}, ${ill.length} of ${health?.length} hosts.`);
  const theirs = health?.every(isHealthy) ? passed_by : [];
  if (red.length > 0) return fail(`Still red: ${red.join(', ')}.`, theirs, 'red');
  if (metric?.state === 'off') return fail(metric.says, theirs, 'so');
  const silent = (health ?? []).filter(({ verdict }) => verdict !== 'done');
  if (silent.length > 0)
    return inconclusive(`Health could not be read on ${failureSentence(silent, health?.length ?? 0)}.`);
  if (metric?.state === 'no data') return inconclusive(metric.says);
  return { verdict, problem, settled: false, perhaps_theirs: null };
}

/**
 * What stands when nobody looks again. An alarm is one for the whole fleet: while every host that could be asked is well,
 * it cannot be told from the alarm of those that were passed by (docs/decisions/an-alarm-of-hosts-passed-by.md).
 */
export const verdictAtTimeout = (look: RecoveryVerdict): Pick<RecoveryVerdict, 'verdict' | 'problem'> =>
  look.perhaps_theirs === null ? look : { verdict: 'UNVERIFIED', problem: look.perhaps_theirs };

/** The host could be asked, and says that it is healthy. */
export const isHealthy = ({ verdict, report }: HostVerdict): boolean =>
  verdict === 'done' && report?.['healthy'] === true;

/** The problem with how long it was looked at: one that came and went is another matter than one that stayed. */
export const problemAtTimeout = (
  problem: string | null,
  { looks, seconds, in_a_row }: { readonly looks: number; readonly seconds: number; readonly in_a_row: number },
): string | null =>
  problem === null || looks === 1
    ? problem
    : `${problem} That is what the last of ${looks} looks in ${Math.round(seconds / 6) / 10} minutes saw; ${in_a_row} good ones in a row were wanted.`;

/** The hosts that could be asked are where they should be. */
export const isRecovered = ({ verdict }: Pick<Confirmation, 'verdict'>): boolean =>
  verdict === 'PASS' || verdict === 'UNVERIFIED';

const fail = (problem: string, theirs: readonly string[] = [], as: 'red' | 'so' = 'so'): RecoveryVerdict => ({
  verdict: 'FAIL',
  problem,
  settled: false,
  perhaps_theirs: theirs.length === 0 ? null : `${problem.replace(/\.$/, '')}; ${passedBy(theirs)}, may keep it ${as}.`,
});
const inconclusive = (problem: string): RecoveryVerdict => ({
  verdict: 'INCONCLUSIVE',
  problem,
  settled: false,
  perhaps_theirs: null,
});

function passedBy(names: readonly string[]): string {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  const which = names.length === 1 ? 'which was not online and is not' : 'which were not online and are not';
  return `${names.slice(0, 5).join(', ')}${more}, ${which} rolled back`;
}

function illness({ host, report }: HostVerdict): string {
  const failing = report?.['failed'];
  return `${host.name}${Array.isArray(failing) ? ` (${failing.join(', ')})` : ''}`;
}
