import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import type { Breach } from '../../domain/alarm/breach.ts';
import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import { type FleetHost, isStopped } from '../../domain/host/inventory.ts';
import { type FewIll, type HostWitness, hostWitness, type WitnessEvidence } from '../../domain/witness/host-witness.ts';
import { isOfOneHost, seenByChecks, seenByMetrics } from '../../domain/witness/ill-hosts.ts';
import { type Running, withPeers } from '../../domain/witness/peers.ts';
import type { HostValues } from '../clients/host-values.ts';
import type { Rollback } from '../middleware/payload.ts';
import type { Deployments } from '../stores/deployments.ts';
import { type LookDeps, lookAtVersions } from './look-at-versions.ts';
import type { OpenRequest } from './opening.ts';

export type AskTheHostsDeps = LookDeps & {
  /** Absent: no host is looked at before a rollback. */
  readonly hostValues?: HostValues;
  readonly metricOf: (alarm: string) => AlarmMetric | undefined;
  /** Returns what the hosts run, as they reported it last; undefined: they were not compared yet. */
  readonly running: () => Promise<Running | undefined>;
  readonly deployments: Pick<Deployments, 'newest'>;
  /** All phases that have a runbook. */
  readonly phases: readonly number[];
  readonly settings: {
    readonly brakes: { readonly few_ill?: FewIll; readonly canary?: readonly string[] | undefined };
  };
};

/** A rollback that is being opened. */
export type Opened = {
  readonly request: OpenRequest;
  readonly cause: RollbackCause;
  readonly rollback: Rollback;
  readonly remaining: () => number;
};

/**
 * The witness to an alarm: which hosts are ill. `byMetrics` has begun to read when this is returned, so that the opening does not
 * wait for it. What cannot be found out is *unknown*, which asks people; only an unreadable list of hosts fails `ofBreach`.
 */
export type Witness = {
  /** Asks the hosts' metrics, then, if these do not show it, the hosts. Undefined: the alarm needs no witness. */
  readonly ofBreach: (opened: Opened) => Promise<HostWitness | undefined>;
  /** Asks the hosts themselves, because the alarm is silent and something contradicts its silence. */
  readonly ofSilence: (opened: Opened) => Promise<HostWitness | undefined>;
};

/** Binds a witness to the rollback that is being opened. */
export const witnessing = ({ ofBreach, ofSilence }: Witness, opened: Opened) => ({
  ofBreach: () => ofBreach(opened),
  ofSilence: () => ofSilence(opened),
});

type Values = Awaited<ReturnType<HostValues>>;
type Metrics = { readonly hosts: readonly FleetHost[]; readonly values: Values } | { readonly failed: string };

/**
 * Begins to read the hosts' own metrics. An alarm without breaching datapoints was set by a person, or is silent: there is
 * nothing that a host's metric could be compared with.
 */
export function askTheHosts(
  deps: AskTheHostsDeps,
  { phase }: Pick<OpenRequest, 'phase'>,
  cause: RollbackCause,
): Witness {
  const { hostValues, metricOf, settings } = deps;
  const none = async () => undefined;
  const { few_ill, canary } = settings.brakes;
  if (!hostValues || (few_ill === 'all' && !canary) || !cause.alarm || cause.mode !== 'live')
    return { ofBreach: none, ofSilence: none };
  const { breach, alarm } = cause;
  const metric = metricOf(alarm.name);
  const judged = metric ? wordsOf(metric) : '';
  const ofSilence: Witness['ofSilence'] = (opened) => byCheck(deps, opened, {});
  if (!breach) return { ofBreach: none, ofSilence };
  const begunAt = deps.now();
  const begun =
    metric && isOfOneHost(metric)
      ? readMetrics(deps, hostValues, { metric, phase: phase.number, breach })
      : Promise.resolve({ failed: `${metric?.metric ?? 'The alarm'} is no metric of one host.` });
  begun.catch(() => {}); // ofBreach gets the error of the list of hosts
  return {
    ofSilence,
    ofBreach: async (opened) => {
      // Without the list of hosts there is nothing to roll back, so its error fails the opening, which is retried.
      const hosts = await deps.managedInstances.hosts(deps.tag);
      // No host could be asked, or acted on now: each is owed the rollback, as for an alarm that needs no witness.
      if (!hosts.some(({ online }) => online)) return undefined;
      const off = hosts.filter(isStopped).length;
      const read = await begun;
      const spent = deps.now() - begunAt;
      if ('failed' in read || !metric) return byCheck(deps, opened, { ...('failed' in read ? read : {}), spent, off });
      const seen = seenByMetrics(read.hosts, metric, read.values);
      const found = await witnessOf(deps, opened, { by: 'metrics', seen, off, judged });
      return found.finding === 'unknown' ? byCheck(deps, opened, { failed: found.says.join(' '), spent, off }) : found;
    },
  };
}

const wordsOf = ({ metric, worse, threshold, at_threshold }: AlarmMetric): string =>
  `their own ${metric}, ${at_threshold ? 'at least' : worse} ${threshold}`;

async function readMetrics(
  { managedInstances, tag, now }: AskTheHostsDeps,
  hostValues: HostValues,
  { metric, phase, breach }: { readonly metric: AlarmMetric; readonly phase: number; readonly breach: Breach },
): Promise<Metrics> {
  // Nobody knows whether the computer of a missing host runs, and a stopped one does not trade.
  const hosts = (await managedInstances.hosts(tag)).filter((host) => !host.missing && !isStopped(host));
  try {
    const window = { phase, from: Date.parse(breach.from), to: now() };
    return {
      hosts,
      values: await hostValues(
        metric,
        window,
        hosts.map(({ instance_id }) => instance_id),
      ),
    };
  } catch (error) {
    const { name, message } = error as Error;
    console.warn(`The hosts' metrics could not be read: ${name}: ${message}`);
    return { failed: `CloudWatch did not return the hosts' own metrics (${name}).` };
  }
}

/**
 * The cost of the hosts' metrics so far. `failed`: why they do not show it; absent: nobody asked them. `spent`: milliseconds. `off`: the
 * number of stopped hosts.
 */
type MetricsFirst = { readonly failed?: string; readonly spent?: number; readonly off?: number };

/** Asks every host that is online whether it is healthy. Metrics and check together take at most 5 s. */
async function byCheck(
  deps: AskTheHostsDeps,
  opened: Opened,
  { failed, spent = 0, off = 0 }: MetricsFirst,
): Promise<HostWitness> {
  const { request, cause, rollback, remaining } = opened;
  const { witness } = request;
  const judged = 'the health check through Systems Manager';
  const why = failed === undefined ? {} : { failed };
  if (!witness) return hostWitness({ by: 'check', seen: [], judged, ...why });
  const { command: whole, ...checks } = witness;
  const command = { ...whole, attempt_seconds: leftSeconds(whole.attempt_seconds, spent) };
  const { looks, reports } = await lookAtVersions(deps, { request, cause, rollback }, { command }, remaining);
  const found = new Map(reports.map((one) => [one.name, one]));
  const asked = looks.map(({ host: name }) => {
    const one = found.get(name);
    return { instance_id: one?.instance_id ?? name, name, report: one?.verdict === 'done' ? one.report : null };
  });
  return witnessOf(deps, opened, { by: 'check', seen: seenByChecks(asked, checks), off, judged, ...why });
}

/**
 * Returns which hosts are ill. If they are few and not the canary group's, also whether well hosts run the same version: only then it
 * is read.
 */
async function witnessOf(
  deps: AskTheHostsDeps,
  { request, cause }: Opened,
  evidence: WitnessEvidence,
): Promise<HostWitness> {
  const found = hostWitness({ ...evidence, canary: await canaryOf(deps, { request, cause }) });
  if (found.finding !== 'few' || found.canary) return found;
  const { running, deployments, now, phases } = deps;
  const unread = 'unread' as const;
  const [runs, ...newest] = await Promise.all([
    running().catch(() => unread),
    ...phases.map((phase) => deployments.newest(phase, cause.start_time).catch(() => unread)),
  ]);
  const changed = newest
    .flatMap((one) => (one && one !== unread ? [one.at] : []))
    .toSorted()
    .at(-1);
  // A deployment that cannot be read may have changed what hosts run.
  const lacks = runs === unread ? 'the comparison of hosts' : newest.includes(unread) ? 'a deployment' : undefined;
  const known = runs === unread ? undefined : runs;
  return withPeers(found, evidence.seen, { running: known, changed, now: now(), unread: lacks });
}

/** Returns the hosts that alone got the newest deployment of the phase; undefined: every host did, or it is not known. */
const canaryOf = (
  { deployments }: Pick<AskTheHostsDeps, 'deployments'>,
  { request, cause }: Pick<Opened, 'request' | 'cause'>,
): Promise<readonly string[] | undefined> =>
  deployments.newest(request.phase.number, cause.start_time).then(
    (newest) => newest?.hosts,
    () => undefined,
  );

/** Systems Manager takes up to 2 s until a script runs, so the first poll is after that. */
const leastSeconds = 2;

/**
 * Returns the seconds that are left of a check's time. Metrics that hang cost 1.5 s: of 4 s are left 3, so the last poll is 3.25 s
 * after the command, and 4.75 s after the witness began.
 */
export const leftSeconds = (seconds: number, spent: number) =>
  Math.max(leastSeconds, seconds - Math.floor(spent / 1000));
