import type { BaselineComparison } from '../alarm/baseline.ts';
import { counted } from '../counted.ts';
import type { Ending } from '../ending.ts';
import type { HostCheckResult } from '../host/host-check.ts';
import { listed } from '../listed.ts';

/** A check of the system after a rollback, as its event has it. */
export type Check = {
  /** Hours after the end of the rollback at which it was due. */
  readonly hours: number;
  /** `relapsed`: what the rollback had ended is back. `unknown`: a fact could not be read, and none is bad. */
  readonly state: 'healthy' | 'relapsed' | 'unknown';
  /** The findings, one sentence each. */
  readonly says: readonly string[];
  /** The check of every host: hosts per verdict, and the id under which each host's report is kept. null: no host was asked. */
  readonly look: Pick<HostCheckResult, 'look_id' | 'hosts'> | null;
};

/** A later rollback of the same phases. `ending`: null, it has not ended. */
export type Again = { readonly rollback: string; readonly ending: Ending | null };

/** The facts that a check has found. */
export type Found = {
  readonly hours: number;
  /** The health check on every host. null: no host was asked. */
  readonly look: HostCheckResult | null;
  /** Why hosts that should have been asked were not; null: they were asked, or it was not their turn. */
  readonly not_looked: string | null;
  /** Hosts that are not healthy, each with the checks that failed there. */
  readonly unhealthy: readonly string[];
  /** Names of red alarms of the rollback's phases. */
  readonly red: readonly string[];
  /** The alarm's metric against its baseline; null: no alarm started the rollback. */
  readonly metric: BaselineComparison | null;
  /** Hosts whose files, flags or version are not as deployed; null: not compared. */
  readonly differing: readonly string[] | null;
  /** Rollbacks of the same phases that began since the last check, although nothing was deployed since this rollback. */
  readonly again: readonly Again[];
  /** Another rollback that holds the fleet now; null: none. */
  readonly holder: string | null;
};

const healthy = (hosts: number) => `${counted(hosts, 'host is', 'hosts are')} healthy.`;

const few = (all: readonly string[]) => listed(all.slice(0, 5), all.length);

/**
 * Judges a check. Each line of the procedure has its fact: comprehensive health, error rates (the alarms), performance (the metric against its
 * baseline), data integrity (the hosts compared with what is deployed). A fact that could not be read is never good.
 */
export function judgedCheck(found: Found): Check {
  const { hours, look, not_looked, unhealthy, red, metric, differing, again, holder } = found;
  const bad = [
    ...again.map(
      ({ rollback, ending }) =>
        `Rollback ${rollback} of the same phase began since, and nothing was deployed in between. It ${ending === null ? 'has not ended yet' : `ended "${ending}"`}.`,
    ),
    ...(red.length > 0 ? [`Red alarms: ${few(red)}.`] : []),
    ...(look?.verdict === 'FAIL' ? [`Not healthy: ${few(unhealthy)}.`] : []),
    ...(metric?.state === 'off' ? [metric.says] : []),
  ];
  const gaps = [
    // Not a relapse: a host that the rollback could not reach differs too, and the alarm host-differs names it.
    ...(differing && differing.length > 0 ? [`Not as deployed: ${few(differing)}.`] : []),
    ...(not_looked === null ? [] : [`The hosts could not be checked: ${not_looked}`]),
    ...(look?.verdict === 'INCONCLUSIVE'
      ? [`No verdict on the health of ${counted(look.hosts.INCONCLUSIVE, 'host')}.`]
      : []),
    ...(metric?.state === 'no data' ? [metric.says] : []),
    ...(differing === null ? ['The hosts could not be compared with what is deployed.'] : []),
  ];
  const good = [
    ...(look?.verdict === 'PASS' ? [healthy(look.hosts.PASS)] : []),
    ...(red.length === 0 ? ['No alarm of the phase is red.'] : []),
    ...(metric?.state === 'at baseline' ? [metric.says] : []),
    ...(differing?.length === 0 ? ['Every host is as deployed.'] : []),
  ];
  // After a second rollback all may be well again: without a word in between the findings would contradict each other.
  const now = again.length > 0 && bad.length === again.length && good.length > 0 ? ['At this check:'] : [];
  const held = holder === null ? [] : [`Rollback ${holder} holds the fleet.`];
  const state = bad.length > 0 ? 'relapsed' : gaps.length > 0 || holder !== null ? 'unknown' : 'healthy';
  return {
    hours,
    state,
    says: [...bad, ...held, ...gaps, ...now, ...good],
    look: look && { look_id: look.look_id, hosts: look.hosts },
  };
}

/**
 * Returns how the system is at a relapse, in words. The second rollback may have mended it before the check, so a relapse does not mean that
 * the system is bad now.
 */
export function conditionNow(found: Found): string {
  if (found.again.length === 0) return 'not well';
  const { state } = judgedCheck({ ...found, again: [] });
  const now = { relapsed: 'not well', healthy: 'well now', unknown: 'health unknown' }[state];
  return `a second rollback began; ${now}`;
}

/**
 * Whether people are paged about a check. A relapse pages once, and again after a healthy check. A rollback that needs a person has paged
 * already: its system was not well at its end.
 */
export const pages = (
  check: Pick<Check, 'state'>,
  before: readonly Pick<Check, 'state'>[],
  ending: Ending | null,
): boolean =>
  check.state === 'relapsed' &&
  ending !== 'Needs a person' &&
  before.findLast(({ state }) => state !== 'unknown')?.state !== 'relapsed';
