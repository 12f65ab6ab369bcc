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
  const ill = (health ?? []).filter(({ verdict, report }) => verdict === 'done' && report?.['healthy'] !== true);
  if (ill.length > 0) return fail(`Not healthy: ${ill.slice(0, 5).map(illness).join('; ')}.`);
  if (red.length > 0) return fail(`Still red: ${red.join(', ')}.`);
  if (metric?.state === 'off') return fail(metric.says);
  const silent = (health ?? []).filter(({ verdict }) => verdict !== 'done');
  if (silent.length > 0)
    return inconclusive(`Health could not be read on ${failureSentence(silent, health?.length ?? 0)}.`);
  if (metric?.state === 'no data') return inconclusive(metric.says);
  return { verdict, problem, settled: false };
}

/** The hosts that could be asked are where they should be. */
export const isRecovery = ({ verdict }: Pick<Confirmation, 'verdict'>): boolean =>
  verdict === 'PASS' || verdict === 'UNVERIFIED';

const fail = (problem: string): RecoveryVerdict => ({ verdict: 'FAIL', problem, settled: false });
const inconclusive = (problem: string): RecoveryVerdict => ({ verdict: 'INCONCLUSIVE', problem, settled: false });

function illness({ host, report }: HostVerdict): string {
  const failing = report?.['failed'];
  return `${host.name}${Array.isArray(failing) ? ` (${failing.join(', ')})` : ''}`;
}
