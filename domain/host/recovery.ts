import type { BaselineComparison } from '../alarm/baseline.ts';
import { counted } from '../counted.ts';
import { listed } from '../listed.ts';
import { phaseWords } from '../phases.ts';
import { type Confirmation, leftTheFleet } from './confirmation.ts';
import { failureSentence, type HostVerdict } from './host-verdict.ts';

/** The results of one check of the fleet. */
export type FleetObservation = {
  /** Steps and versions (confirmation.ts). */
  readonly version: Confirmation;
  /** Each host's health report; null if the runbook has no health check. */
  readonly health: readonly HostVerdict[] | null;
  /** Names of the phase's red alarms. */
  readonly red: readonly string[];
  /** The trigger's metric over the bake time; null if no alarm started the rollback. */
  readonly metric: BaselineComparison | null;
  /** Names of hosts that were not online and are not rolled back: they may be as unhealthy as the others were. */
  readonly passed_by: readonly string[];
  /** Names of hosts that a person left out: they were online, and nothing rolls them back later. Absent: none. */
  readonly left_out?: readonly string[];
  /** Number of hosts that were left as they are, because only few hosts were ill. Absent: none. */
  readonly left_alone?: number | undefined;
  /** Names of hosts that left the fleet while the rollback ran, so they may not be rolled back. Absent: none. */
  readonly lost?: readonly string[];
  /** Other rollbacks that are still open on the fleet. Absent: none, or not read because nothing depends on it. */
  readonly others?: readonly OpenRollback[];
  /**
   * Hosts that returned and are owed the rollback of another phase too, which follows by itself: until then they may be ill.
   * Absent: none, or not read because nothing depends on it.
   */
  readonly follows?: readonly { readonly name: string; readonly phase: number }[];
  /** The health checks that concern this phase alone: no other rollback can heal them. */
  readonly own_checks?: readonly string[];
  /** Names of red alarms of phases that this incident has rolled back before. */
  readonly red_elsewhere?: readonly string[];
};

/** Another rollback of the fleet that is still open. */
export type OpenRollback = {
  readonly rollback: string;
  readonly phase: number;
  /** The phases of a rollback of several. Absent: `phase` alone. */
  readonly phases?: readonly number[];
  /** It is of the same phase and acts on hosts that this rollback leaves out. */
  readonly wider: boolean;
};

export type RecoveryVerdict = Pick<Confirmation, 'verdict' | 'problem'> & {
  /** Another check cannot change the verdict: a host at another version does not move by itself. */
  readonly settled: boolean;
  /**
   * The problem, worded for the ending "unverified", if hosts that were not rolled back may be its only cause.
   * null: it has another cause, or there is no problem.
   */
  readonly unverified_problem: string | null;
};

/**
 * Returns the verdict of one check of the fleet. PASS needs every fact; a fact that could not be read is INCONCLUSIVE.
 *
 * A rollback is judged by its own phase. Ill health that only another open rollback can heal is left to that one, and is
 * part of a passing verdict's problem; so are the alarms of a phase that a wider rollback still acts on. A host that returned
 * may be ill by a phase whose rollback follows by itself. The last rollback of an incident has nobody to leave it to, and needs
 * the alarms of the earlier ones' phases too.
 */
export function recoveryVerdict(observation: FleetObservation): RecoveryVerdict {
  const { version, health, metric, passed_by, left_out = [], lost = [], left_alone = 0, others = [] } = observation;
  const { verdict, problem } = version;
  const wider = others.filter((one) => one.wider);
  const elsewhere = others.filter((one) => !one.wider);
  const red = [...observation.red, ...(elsewhere.length > 0 ? [] : (observation.red_elsewhere ?? []))];
  if (!isRecovered(version)) return { verdict, problem, settled: verdict === 'FAIL', unverified_problem: null };
  const unhealthy = (health ?? []).filter((one) => one.verdict === 'done' && !isHealthy(one));
  const ill = `Not healthy: ${unhealthy.slice(0, 5).map(failedChecks).join('; ')}, ${unhealthy.length} of ${health?.length} hosts`;
  const follows = (observation.follows ?? []).filter(({ name }) => unhealthy.some(({ host }) => host.name === name));
  const isOthers = ({ host }: HostVerdict) => elsewhere.length > 0 || follows.some(({ name }) => name === host.name);
  const isLeft = unhealthy.every(isOthers) && unhealthy.every(othersMayHeal(observation.own_checks ?? []));
  if (unhealthy.length > 0 && !isLeft) return fail(`${ill}.`);
  const suspects = health?.every(isHealthy) ? { away: passed_by, left_out, lost, left_alone } : noSuspects;
  const reds = `Still red: ${red.join(', ')}`;
  if (red.length > 0 && wider.length === 0) return fail(`${reds}.`, suspects);
  if (metric?.state === 'off' && wider.length === 0) return fail(metric.says, suspects);
  const silent = (health ?? []).filter(({ verdict }) => verdict !== 'done');
  if (silent.length > 0)
    return inconclusive(`Health could not be read on ${failureSentence(silent, health?.length ?? 0)}.`);
  if (metric?.state === 'no data') return inconclusive(metric.says);
  const left = [
    ...(unhealthy.length > 0 ? [`${ill}, which is left to ${leftTo(elsewhere, follows)}.`] : []),
    ...(red.length > 0 ? [`${reds}, which is left to ${rollbackNames(wider)}.`] : []),
  ];
  const says = [...(problem === null ? [] : [problem]), ...left].join(' ');
  return { verdict, problem: says === '' ? null : says, settled: false, unverified_problem: null };
}

/** Whether no failed check of an unhealthy host concerns this phase alone. A report that names no check may be about any. */
const othersMayHeal =
  (own: readonly string[]) =>
  ({ report }: HostVerdict): boolean => {
    const failing = report?.['failed'];
    return Array.isArray(failing) && failing.length > 0 && !failing.some((check) => own.includes(String(check)));
  };

/** The open rollbacks; if there are none, the phases that follow on the hosts that returned. */
function leftTo(open: readonly OpenRollback[], follows: NonNullable<FleetObservation['follows']>): string {
  if (open.length > 0) return rollbackNames(open);
  const phases = [...new Set(follows.map(({ phase }) => phase))].toSorted((a, b) => b - a);
  return `the rollback of ${phaseWords({ phase: phases.at(-1) ?? 0, phases })} there, which follows by itself`;
}

/** "rollback r-2 of phase 4 and rollback r-3 of phase 1" */
const rollbackNames = (all: readonly OpenRollback[]) =>
  all
    .slice(0, 5)
    .map(({ rollback, phase }) => `rollback ${rollback} of phase ${phase}`)
    .join(' and ');

/**
 * Returns the verdict that counts once no further check is made.
 *
 * One alarm watches the whole fleet. If every reached host is healthy, only hosts that were not rolled back may keep it red.
 * The verdict is then UNVERIFIED (docs/decisions/alarm-kept-red-by-an-unreachable-host.md).
 */
export const verdictAtTimeout = (last: RecoveryVerdict): Pick<RecoveryVerdict, 'verdict' | 'problem'> =>
  last.unverified_problem === null ? last : { verdict: 'UNVERIFIED', problem: last.unverified_problem };

/** Returns whether a host's health check ran and reported healthy. */
export const isHealthy = ({ verdict, report }: HostVerdict): boolean =>
  verdict === 'done' && report?.['healthy'] === true;

/** Returns the problem with the number and duration of the checks: a problem that came and went differs from one that stayed. */
export const problemAtTimeout = (
  problem: string | null,
  { looks, seconds, in_a_row }: { readonly looks: number; readonly seconds: number; readonly in_a_row: number },
): string | null =>
  problem === null || looks === 1
    ? problem
    : `${problem} This is the result of the last of ${looks} checks in ${counted(Math.round(seconds / 6) / 10, 'minute')}; recovery needs ${in_a_row} good checks in a row.`;

/** Returns whether every host that could be checked is rolled back. */
export const isRecovered = ({ verdict }: Pick<Confirmation, 'verdict'>): boolean =>
  verdict === 'PASS' || verdict === 'UNVERIFIED';

/** Hosts that may keep an alarm red. */
type Suspects = Readonly<Record<'away' | 'left_out' | 'lost', readonly string[]>> & { readonly left_alone: number };
const noSuspects: Suspects = { away: [], left_out: [], lost: [], left_alone: 0 };

const fail = (problem: string, { away, left_out, lost, left_alone } = noSuspects): RecoveryVerdict => {
  const suspects = [
    ...(away.length > 0 ? [notRolledBack(away, 'not online')] : []),
    ...(left_out.length > 0 ? [notRolledBack(left_out, 'left out by a person')] : []),
    ...(lost.length > 0 ? [`${atMostFive(lost)}, which left the fleet`] : []),
    ...(left_alone > 0 ? [leftAlone(left_alone)] : []),
  ].join(', and ');
  const left = lost.length > 0 ? ` ${leftTheFleet(lost)}` : '';
  return {
    verdict: 'FAIL',
    problem,
    settled: false,
    unverified_problem: suspects === '' ? null : `${problem.replace(/\.$/, '')}; ${suspects}, may be the cause.${left}`,
  };
};
const leftAlone = (count: number) =>
  count === 1
    ? 'one peer, which was well when the rollback began and was left as it is'
    : `${count} peers, which were well when the rollback began and were left as they are`;

const inconclusive = (problem: string): RecoveryVerdict => ({
  verdict: 'INCONCLUSIVE',
  problem,
  settled: false,
  unverified_problem: null,
});

function notRolledBack(names: readonly string[], why: string): string {
  const [were, are] = names.length === 1 ? ['was', 'is'] : ['were', 'are'];
  return `${atMostFive(names)}, which ${were} ${why} and ${are} not rolled back`;
}

const atMostFive = (names: readonly string[]) => listed(names.slice(0, 5), names.length);

/** "host-2 (feed, orders)": a host and the checks that failed there. */
function failedChecks({ host, report }: HostVerdict): string {
  const failing = report?.['failed'];
  return `${host.name}${Array.isArray(failing) ? ` (${failing.join(', ')})` : ''}`;
}
