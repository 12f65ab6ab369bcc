import type { MetricLook } from './baseline.ts';
import type { Confirmation } from './confirmation.ts';
import { failureSentence, type HostVerdict } from './host-verdict.ts';

/** Everything that one look at the fleet has seen. */
export type FleetSeen = {
  /** Steps and versions (confirmation.ts). */
  readonly version: Confirmation;
  /** Each host's answer to "are you healthy?"; null where the runbook has no such check. */
  readonly health: readonly HostVerdict[] | null;
  /** The phase's red alarms, by name. */
  readonly red: readonly string[];
  /** The trigger's metric over the bake time; null where no alarm started the rollback. */
  readonly metric: MetricLook | null;
};

export type RecoveryVerdict = Pick<Confirmation, 'verdict' | 'problem'> & {
  /** Looking again will not change it: a host at another version does not move by itself. */
  readonly settled: boolean;
};

/** What one look says of recovery. PASS needs all of it; what could not be seen is INCONCLUSIVE, never PASS. */
export function recoveryVerdict({ version, health, red, metric }: FleetSeen): RecoveryVerdict {
  const { verdict, problem } = version;
  if (!isRecovery(version)) return { verdict, problem, settled: verdict === 'FAIL' };
  const ill = (health ?? []).filter((one) => one.verdict === 'done' && !isWell(one));
  if (ill.length > 0)
    return fail(`Not healthy: ${ill.slice(0, 5).map(illness).join('; ')}, ${ill.length} of ${health?.length} hosts.`);
  if (red.length > 0) return fail(`Still red: ${red.join(', ')}.`);
  if (metric?.state === 'off') return fail(metric.says);
  const silent = (health ?? []).filter(({ verdict }) => verdict !== 'done');
  if (silent.length > 0)
    return inconclusive(`Health could not be read on ${failureSentence(silent, health?.length ?? 0)}.`);
  if (metric?.state === 'no data') return inconclusive(metric.says);
  return { verdict, problem, settled: false };
}

/** The host could be asked, and says that it is healthy. */
export const isWell = ({ verdict, report }: HostVerdict): boolean => verdict === 'done' && report?.['healthy'] === true;

/** The problem with how long it was looked at: one that came and went is another matter than one that stayed. */
export const givenUp = (
  problem: string | null,
  { looks, seconds, in_a_row }: { readonly looks: number; readonly seconds: number; readonly in_a_row: number },
): string | null =>
  problem === null || looks === 1
    ? problem
    : `${problem} That is what the last of ${looks} looks in ${Math.round(seconds / 6) / 10} minutes saw; ${in_a_row} good ones in a row were wanted.`;

/** The hosts that could be asked are where they should be. */
export const isRecovery = ({ verdict }: Pick<Confirmation, 'verdict'>): boolean =>
  verdict === 'PASS' || verdict === 'UNVERIFIED';

const fail = (problem: string): RecoveryVerdict => ({ verdict: 'FAIL', problem, settled: false });
const inconclusive = (problem: string): RecoveryVerdict => ({ verdict: 'INCONCLUSIVE', problem, settled: false });

function illness({ host, report }: HostVerdict): string {
  const failing = report?.['failed'];
  return `${host.name}${Array.isArray(failing) ? ` (${failing.join(', ')})` : ''}`;
}
