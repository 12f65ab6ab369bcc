import { StillRunning } from '../../domain/errors.ts';
import { leftOutByStart } from '../../domain/history/begins-at.ts';
import type { Chain } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { type Confirmation, confirmation, worstOf } from '../../domain/host/confirmation.ts';
import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import { nameWithReason } from '../../domain/host/inventory.ts';
import { awayOf } from '../../domain/host/lost-hosts.ts';
import {
  type FleetObservation,
  isHealthy,
  isRecovered,
  problemAtTimeout,
  type RecoveryVerdict,
  recoveryVerdict,
  verdictAtTimeout,
} from '../../domain/host/recovery.ts';
import { leftOutSentences } from '../../domain/question/hand-over.ts';
import { targetVersionOf } from '../../domain/target/chosen-target.ts';
import type { HostCommand, Rollback } from '../middleware/payload.ts';
import { checkOpen } from '../operations/check-open.ts';
import { heldFleet } from '../operations/held-fleet.ts';
import {
  type AttemptTargets,
  attemptWhileHeld,
  type HostStepDeps,
  type HostStepRequest,
} from '../operations/host-attempt.ts';
import { type History, reportsIn, reportsOf, type StoredVerdict } from '../stores/history.ts';
import { type RollbackScope, withoutLost } from '../stores/rollback-scope.ts';
import type { Attempt } from '../stores/step-attempts.ts';
import { haltedNow } from './halted-now.ts';
import { followsIn, judgedWithOwed, type OwedElsewhereDeps } from './owed-elsewhere.ts';
import type { RecoveryMetrics } from './recovery-metrics.ts';
import { type ConfirmPart, type StepEvidence, stepEvidence } from './step-evidence.ts';

/** A rollback of one phase to confirm. */
export type ConfirmRequest = Omit<HostStepRequest, 'command'> &
  ConfirmPart & {
    readonly health: HostCommand | null;
    /** The checks of the health report that concern this phase alone. */
    readonly own_checks: readonly string[];
  };

/** A rollback to confirm, of one phase or of several. */
export type ConfirmPhasesRequest = Omit<HostStepRequest, 'command'> & {
  /** The phases that are judged, the latest first. */
  readonly parts: readonly [ConfirmPart, ...ConfirmPart[]];
  /** The version that the record names. */
  readonly target_version: string;
  /** The health checks; none if no runbook has one. */
  readonly healths: readonly HostCommand[];
  /** The checks of the health report that concern the rollback's phases alone. */
  readonly own_checks: readonly string[];
};
export type Probes = {
  /** Number of consecutive good looks that confirm recovery. */
  readonly in_a_row: number;
  readonly every_seconds: number;
  /** After this long without them, the verdict of the last look counts. */
  readonly give_up_seconds: number;
};
export type ConfirmResult = Pick<Confirmation, 'verdict' | 'problem'> & { readonly chain: Chain };

export type ConfirmRecoveryDeps = HostStepDeps &
  OwedElsewhereDeps & {
    readonly recoveryMetrics: RecoveryMetrics;
    readonly probes: Probes;
  };

/** The halted hosts that the event names: it stays small, however many there are. */
const mostHaltedNamed = 20;

/** Upper bound for the last poll of one look and the writes after it. */
const reserveMilliseconds = 30_000;

/** As confirmPhases, for a rollback of one phase. */
export const confirmRecovery = (
  deps: ConfirmRecoveryDeps,
  { steps, target_version, version, health, ...request }: ConfirmRequest,
  remainingMilliseconds: () => number,
): Promise<ConfirmResult> =>
  confirmPhases(
    deps,
    { ...request, target_version, parts: [{ steps, target_version, version }], healths: health ? [health] : [] },
    remainingMilliseconds,
  );

/**
 * Looks at every host, the history, the alarms and the trigger's metric until several consecutive looks were good.
 * Returns PASS, UNVERIFIED, FAIL or INCONCLUSIVE.
 *
 * Changes nothing on the hosts. Calling it again looks again from the start.
 */
export async function confirmPhases(
  deps: ConfirmRecoveryDeps,
  request: ConfirmPhasesRequest,
  remainingMilliseconds: () => number,
): Promise<ConfirmResult> {
  const { rollback } = request;
  const { probes } = deps;
  const [held, attempts] = await Promise.all([heldFleet(deps, request), readAttempts(deps, request)]);
  const since = await firstLookAt(deps, request);
  const looking: Looking = {
    ...{ ...request, parts: chosenParts(request, held), attempts },
    verdicts: once(() => deps.history.everyHost(rollback.id)),
    own: new Map([...attempts].flatMap(([id, last]) => (last ? [] : [[id, new Map()]]))),
  };
  let found: HostCheck = await look(deps, looking, held, remainingMilliseconds);
  const givesUp = givesUpAt(since, rollback.deadline, probes);
  for (let row = passes(found, 0); row < probes.in_a_row; row = passes(found, row)) {
    if (found.settled || deps.now() >= givesUp) break;
    if (remainingMilliseconds() < probes.every_seconds * 1000 + reserveMilliseconds)
      throw new StillRunning('Recovery has not been seen long enough yet.');
    await deps.sleep(probes.every_seconds * 1000);
    await checkOpen(deps, rollback); // this invocation may outlive its execution
    found = await look(deps, looking, found.scope, remainingMilliseconds);
  }
  const { good, at_target, number } = found;
  const looked = { looks: number, seconds: (deps.now() - since) / 1000, in_a_row: probes.in_a_row };
  const { verdict, problem: seen } = verdictAtTimeout(found);
  const judged = { verdict, problem: isRecovered(found) ? seen : problemAtTimeout(seen, looked) };
  const { owed, ...last } = await judgedWithOwed(deps, rollback, found.scope, judged);
  const checks = Object.keys(good);
  const halted = await haltedNow(looking);
  const chain = await deps.history.append(rollback.id, {
    id: `confirmed/${number}`,
    type: isRecovered(last) ? 'Recovery confirmed' : 'Recovery not confirmed',
    at: new Date(deps.now()).toISOString(),
    detail: {
      ...last,
      ...(owed.length > 0 ? { owed } : {}),
      ...(halted.length > 0
        ? { trading_halted: { hosts: halted.length, names: halted.slice(0, mostHaltedNamed) } }
        : {}),
      impact_over: isRecovered(found) && !found.phase_is_red,
      checks,
      good,
      reports: await reportsOn(checks, deps.history, looking),
      looks: number,
      version: targetVersionOf(held, rollback.phase, request.target_version),
      hosts_done: at_target,
      hosts: found.scope.hosts.length,
    },
  });
  return { ...last, chain };
}

/** Returns the parts, each with the version that the opening chose. */
const chosenParts = ({ rollback, parts: [first, ...others] }: ConfirmPhasesRequest, scope: RollbackScope) => {
  const chosen = (part: ConfirmPart): ConfirmPart => ({
    ...part,
    target_version: targetVersionOf(scope, part.version.phase ?? rollback.phase, part.target_version),
  });
  return [chosen(first), ...others.map(chosen)] as const;
};

/**
 * Returns when to stop looking, in epoch milliseconds: after give_up, but not beyond the severity's limit.
 *
 * A rollback that begins to look late still gets the looks that it needs and one more. Its record shows whether it kept
 * its limit.
 */
function givesUpAt(firstLook: number, deadline: string, { in_a_row, every_seconds, give_up_seconds }: Probes): number {
  const least = firstLook + (in_a_row + 1) * every_seconds * 1000;
  return Math.min(firstLook + give_up_seconds * 1000, Math.max(Date.parse(deadline), least));
}

const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let found: Promise<T> | undefined;
  return () => (found ??= read());
};

const passes = (look: RecoveryVerdict, good: number) => (isRecovered(look) ? good + 1 : 0);

/**
 * Returns when the first look began, over all invocations of this state, in epoch milliseconds. Looks before a hand-over do not
 * count: the operator decided to look again.
 */
async function firstLookAt(
  { history, now }: HostStepDeps,
  { rollback, parts: [{ version }] }: ConfirmPhasesRequest,
): Promise<number> {
  const { steps, questions } = recordOf(await history.events(rollback.id));
  const step = steps.find((one) => one.step === version.id);
  const answered = questions.findLast(({ kind }) => kind === 'hand-over')?.settled_at;
  const since = [step?.started_at, answered].flatMap((at) => (at ? [Date.parse(at)] : []));
  return step ? Math.max(...since) : now();
}

/** Reads the newest attempt at each check, by id: one request, because the items are of one partition. */
async function readAttempts(
  { attempts }: HostStepDeps,
  { rollback, parts, healths }: ConfirmPhasesRequest,
): Promise<Map<string, Attempt | undefined>> {
  const checks = [...parts.map(({ version }) => version), ...healths];
  return new Map(await Promise.all(checks.map(async ({ id }) => [id, await attempts.read(rollback.id, id)] as const)));
}

/** Returns the hash of the hosts' reports per check. A check of which all verdicts are known is not read again. */
async function reportsOn(
  checks: readonly string[],
  history: History,
  { rollback, own }: Looking,
): Promise<Record<string, string>> {
  const unknown = checks.filter((id) => !own.has(id));
  const read = unknown.length > 0 ? await reportsOf(history, rollback.id, ...unknown) : {};
  const known = checks.map((id) => (own.has(id) ? reportsIn(id, [...(own.get(id)?.values() ?? [])]) : {}));
  return Object.assign({ ...read }, ...known);
}

/** The request of one invocation, with the facts from its earlier looks. */
type Looking = ConfirmPhasesRequest & {
  /** The newest attempt at each check, by id. */
  readonly attempts: Map<string, Attempt | undefined>;
  /** The newest verdict of each host, of the checks that no earlier invocation had begun: no other verdict on them is stored. */
  readonly own: Map<string, Map<string, HostVerdict>>;
  /** Returns the hosts' verdicts on every step. No step runs any more, so they are read once. */
  readonly verdicts: () => Promise<readonly StoredVerdict[]>;
};

type HostCheck = RecoveryVerdict & {
  /** Without the hosts that left the fleet during the look. */
  readonly scope: RollbackScope;
  readonly at_target: number;
  /** Number of hosts with a good result, by check id. */
  readonly good: Readonly<Record<string, number>>;
  readonly number: number;
  /** An alarm of the phase is red: a wider rollback may still act on other hosts. */
  readonly phase_is_red: boolean;
};

async function look(
  deps: ConfirmRecoveryDeps,
  request: Looking,
  before: RollbackScope,
  remaining: () => number,
): Promise<HostCheck> {
  const { rollback, fence, parts, healths, own_checks, attempts, own, verdicts } = request;
  const check = async (command: HostCommand, on: RollbackScope) => {
    const targets = { scope: on, hosts: on.hosts, last: attempts.get(command.id) };
    const checked = await checkHosts(deps, { rollback, fence, command }, targets, remaining);
    attempts.set(command.id, checked.attempt);
    for (const one of checked.stored) own.get(command.id)?.set(one.host.instance_id, one);
    return checked;
  };
  const versions: (Confirmation & { readonly id: string; readonly number: number })[] = [];
  let scope = before;
  for (const part of parts) {
    const found = await check(part.version, scope);
    scope = found.scope;
    const judged = versionOf(scope, found.verdicts, stepEvidence(part, scope, await verdicts()));
    versions.push({ ...judged, id: part.version.id, number: found.attempt.number });
  }
  const health: HostVerdict[] = [];
  const healthy: Record<string, number> = {};
  for (const command of healths) {
    const found = await check(command, scope);
    scope = found.scope;
    health.push(...found.verdicts);
    healthy[command.id] = found.verdicts.filter(isHealthy).length;
  }
  const { others_red = [], ...metrics } = await deps.recoveryMetrics(rollback, scope);
  const seen = {
    version: worstOf(versions),
    health: healths.length > 0 ? health : null,
    passed_by: passedBy(scope).map(({ name }) => name),
    left_out: (scope.left_out ?? []).map(({ name }) => name),
    lost: (scope.lost ?? []).map(nameWithReason),
    left_alone: scope.left_alone,
    own_checks,
    ...metrics,
  };
  return {
    scope,
    ...recoveryVerdict({ ...seen, ...(await othersOf(deps, { rollback, scope, seen, others_red })) }),
    phase_is_red: metrics.red.length > 0,
    at_target: seen.version.at_target,
    good: { ...Object.fromEntries(versions.map(({ id, at_target }) => [id, at_target])), ...healthy },
    number: versions[0]?.number ?? 0,
  };
}

/** Judges the version check of one phase. */
const versionOf = (scope: RollbackScope, checks: readonly HostVerdict[], evidence: StepEvidence): Confirmation =>
  confirmation({
    hosts: scope.hosts,
    notOnline: scope.not_online.map(nameWithReason),
    lost: (scope.lost ?? []).map(nameWithReason),
    leftOut: [
      ...leftOutSentences(scope.skipped ?? [], scope.left_out ?? []),
      ...leftOutByStart(scope.begins_at, scope.hosts),
    ],
    checks,
    ...evidence,
  });

/** Reads the other open rollbacks if the verdict depends on them: if a host is ill, or an alarm is red. */
async function othersOf(
  { openRollbacks, unreached }: ConfirmRecoveryDeps,
  {
    rollback,
    scope,
    seen,
    others_red,
  }: {
    readonly rollback: Rollback;
    readonly scope: RollbackScope;
    readonly seen: FleetObservation;
    readonly others_red: readonly { readonly alarm: string; readonly phase: number }[];
  },
): Promise<Pick<FleetObservation, 'others' | 'red_elsewhere' | 'follows'>> {
  if (others_red.length === 0 && recoveryVerdict(seen).verdict !== 'FAIL') return {};
  const [{ others, acted }, follows] = await Promise.all([
    openRollbacks(rollback, scope),
    followsIn({ unreached }, rollback, scope),
  ]);
  return {
    others,
    follows,
    red_elsewhere: others_red.filter(({ phase }) => acted.includes(phase)).map(({ alarm }) => alarm),
  };
}

/**
 * Returns the hosts that were not online and that may keep an alarm red. A missing host explains no red alarm: it may
 * have been taken out of the fleet for good, and nothing rolls it back later.
 */
const passedBy = ({ not_online, still_away = [] }: RollbackScope) => [
  ...not_online.filter(({ missing }) => !missing),
  ...still_away,
];

/** Runs one check on every host. Each look is an attempt of its own. `stored`: the verdicts, also those of lost hosts. */
async function checkHosts(
  deps: HostStepDeps,
  request: HostStepRequest,
  targets: AttemptTargets,
  remaining: () => number,
): Promise<{ attempt: Attempt; verdicts: HostVerdict[]; stored: HostVerdict[]; scope: RollbackScope }> {
  const { rollback, command } = request;
  const { scope } = targets;
  const { attempt: sent, verdicts } = await attemptWhileHeld(deps, request, targets, remaining);
  await deps.history.putHosts(rollback.id, command.id, verdicts);
  const attempt: Attempt = { ...sent, verdict: 'done' };
  await deps.attempts.write(rollback.id, command.id, attempt);
  const lost = verdicts.filter(({ verdict }) => verdict === 'lost');
  return {
    attempt,
    verdicts: verdicts.filter(({ verdict }) => verdict !== 'lost'),
    stored: verdicts,
    scope: lost.length > 0 ? withoutLost(scope, lost.map(awayOf)) : scope,
  };
}
