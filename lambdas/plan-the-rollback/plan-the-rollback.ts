import { limitForecast, limitOf } from '../../domain/decision/limits.ts';
import { hostsObjection, unreadableCap } from '../../domain/decision/situation.ts';
import { beginsAtReport, codeProblem, passedStep } from '../../domain/history/begins-at.ts';
import type { Chain } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { commitIn, oddReadings } from '../../domain/host/target-commit.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { stepId } from '../../domain/infra/runbook-steps.ts';
import { blockedTarget } from '../../domain/message/blocked-target.ts';
import { type PlannedRunbook, phaseName, planOf, remainingOf } from '../../domain/plan/plan.ts';
import { flagForecasts, type PlanReport, stepForecast, versionsNow } from '../../domain/plan/plan-report.ts';
import { targetSentences, targetVersionOf } from '../../domain/target/chosen-target.ts';
import type { PreviousRollback } from '../clients/previous-rollback.ts';
import type { HostCommand, Rollback } from '../middleware/payload.ts';
import { askedOnce } from '../operations/asked-once.ts';
import { type CappedHostsDeps, cappedHosts } from '../operations/capped-hosts.ts';
import { type EndPlanDeps, endPlan } from '../operations/end-plan.ts';
import type { HostReadDeps } from '../operations/host-attempt.ts';
import { mostNamed } from '../operations/most-named.ts';
import type { BrakesStore } from '../stores/brakes.ts';
import { reportsOf, type StoredVerdict } from '../stores/history.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import type { ReadUsualMinutes } from '../stores/usual-minutes.ts';

export type PlanRequest = {
  readonly rollback: Rollback;
  readonly phase: number;
  /** The runbooks of all phases: some of the other phases' code may go back with this phase's. */
  readonly runbooks: readonly PlannedRunbook[];
  readonly steps: readonly (HostCommand & { readonly script: string })[];
  readonly version: HostCommand;
  /** The version checks of the other phases, in a rollback of several. Absent: none. */
  readonly versions?: readonly HostCommand[];
};

/** Counts only: the plan is an event, and each host's report is a HOST item. */
export type PlanResult = {
  readonly hosts: number;
  /** Hosts without a report for every step. */
  readonly unanswered: number;
  /** Hosts that reported that a step would fail there. */
  readonly failing: number;
  readonly chain: Chain;
};

export type PlanTheRollbackDeps = HostReadDeps &
  CappedHostsDeps & {
    readonly readBrakes: BrakesStore['read'];
    readonly previousRollback: PreviousRollback;
    /** Absent: the plan's duration is that of the previous rollback. */
    readonly usualMinutes?: ReadUsualMinutes;
    readonly confirm: Pick<Environment['confirm'], 'in_a_row' | 'every'>;
    readonly limits: Environment['limits'];
  };

/**
 * Asks every host what each step would do there, writes the plan as an event, and ends the record as Planned.
 *
 * Holds no fleet, changes nothing and sends no message. The plan names each host that does not report. Calling it again
 * is harmless: a step that every host was asked about is not asked again. Throws if the plan has ended as Not planned.
 */
export async function planTheRollback(
  deps: PlanTheRollbackDeps & EndPlanDeps,
  request: PlanRequest,
  remainingMilliseconds: () => number,
): Promise<PlanResult> {
  const { rollback } = request;
  const { scope, detail } = await askTheHosts(deps, request, remainingMilliseconds);
  const { ending, problem, chain } = await endPlan(deps, rollback, { report: detail });
  if (ending !== 'Planned')
    throw new Error(`Plan ${rollback.id} had ended "${ending}" before it was made. ${problem ?? ''}`.trim());
  return { hosts: scope.hosts.length, unanswered: detail.unanswered, failing: detail.failing, chain };
}

/** Asks every host what each step would do there, and returns the plan, with the frozen hosts. Writes no event. */
export async function askTheHosts(
  deps: PlanTheRollbackDeps,
  request: PlanRequest,
  remainingMilliseconds: () => number,
): Promise<{ readonly scope: RollbackScope; readonly detail: PlanReport }> {
  const { rollback, version, versions = [] } = request;
  const scope = await deps.scopes.read(rollback.id);
  if (!scope) throw new Error(`${rollback.id} was never opened: it has no frozen hosts.`);
  // A step that is passed over would do nothing. The code is asked about all the same, as a live rollback asks.
  const steps = request.steps.filter(({ id }) => passedStep(scope.begins_at, id)?.restores !== false);
  const verdicts: StoredVerdict[] = [];
  for (const command of [version, ...versions, ...steps])
    verdicts.push(...(await askedOnce(deps, { rollback, command }, scope, remainingMilliseconds)));
  return { scope, detail: await planned(deps, { ...request, steps }, scope, verdicts) };
}

async function planned(
  deps: PlanTheRollbackDeps,
  { rollback, phase, runbooks, steps, version, versions = [] }: PlanRequest,
  scope: RollbackScope,
  verdicts: readonly StoredVerdict[],
): Promise<PlanReport> {
  const { confirm, limits, history, previousRollback, readBrakes } = deps;
  const runbook = runbooks.find((one) => one.phase === phase);
  if (!runbook) throw new Error(`There is no runbook of phase ${phase} to plan.`);
  const last = await previousRollback(rollback.execution_arn, rollback);
  const { begins_at } = scope;
  const versionOf = (of: number, otherwise: string) => targetVersionOf(scope, of, otherwise);
  const run = {
    ...runbook,
    target: { ...runbook.target, version: versionOf(phase, runbook.target.version) },
    steps: runbook.steps.filter(({ name }) => !passedStep(begins_at, stepId(name))),
  };
  const plan = planOf({ runbook: run, all: runbooks, confirm }, hostsOf(scope), last);
  const phases = (scope.parts ?? []).map(({ phase: number, deployment }) => ({ phase: number, deployment }));
  const of = (step: string) => verdicts.filter((one) => one.step === step && one.verdict === 'done');
  const { severity, start_time } = recordOf(await history.events(rollback.id));
  const limit = limitOf({ severity, start_time }, [], limits);
  const failing = [
    ...verdicts.filter(({ verdict, answered }) => verdict !== 'done' && answered),
    ...[version, ...versions].flatMap(({ id, parameters, phase: own = phase }) =>
      withOddTag(versionOf(own, parameters['Target'] ?? plan.target_version), of(id)),
    ),
    ...steps.flatMap(({ id }) => (passedStep(begins_at, id) ? notAtTarget(plan.target_version, of(id)) : [])),
  ];
  const blocked = await blockedIn(readBrakes, rollback.execution_arn, scope);
  const above = await aboveCap(deps, rollback.id);
  const silent = verdicts.filter(({ verdict, answered }) => verdict !== 'done' && !answered);
  const forecast = limitForecast(limit, Date.parse(start_time), remainingOf(run, confirm, [], last?.seconds));
  const kept = failing.length === 0 && forecast.state === 'within';
  return {
    plan: {
      ...withoutKept(plan, runbooks, scope),
      ...(await measuredTime(deps, { phase, severity, several: phases.length > 0 })),
      ...targetsWhy(scope),
      ...(phases.length > 0 ? { phases } : {}),
    },
    ...(begins_at ? { begins_at: beginsAtReport(begins_at, scope.hosts) } : {}),
    steps: steps.map((step) => stepForecast(step, of(step.id))),
    flags: flagForecasts(
      plan.flags,
      steps.flatMap(({ id }) => of(id)),
    ),
    versions: { now: versionsNow(of(version.id)), to: plan.target_version },
    limit: { severity, minutes: limits[severity === 'LOW' ? 'MEDIUM' : severity] / 60, kept },
    ...(scope.forbidden && scope.forbidden.length > 0 ? { forbidden: scope.forbidden } : {}),
    ...(blocked ? { blocked } : {}),
    ...(above.length > 0 ? { above_cap: above.join(' ') } : {}),
    unanswered: hostsIn(silent),
    not_answered: silent.slice(0, mostNamed).map(named),
    failing: hostsIn(failing),
    would_fail: failing.slice(0, mostNamed).map(named),
    reports: await reportsOf(history, rollback.id, ...[version, ...versions, ...steps].map(({ id }) => id)),
  };
}

/** Returns the measured time of such rollbacks, if enough are known. An error leaves the plan with that of the previous one. */
async function measuredTime(
  { usualMinutes }: Pick<PlanTheRollbackDeps, 'usualMinutes'>,
  { phase, severity, several }: { readonly phase: number; readonly severity: string; readonly several: boolean },
): Promise<Pick<PlanReport['plan'], 'measured'>> {
  const measured = several ? null : await usualMinutes?.(phase, severity).catch(() => null);
  return measured ? { measured } : {};
}

/** Leaves out of a plan the later phases whose code the replaced version has as it is now. */
const withoutKept = (
  plan: PlanReport['plan'],
  runbooks: readonly PlannedRunbook[],
  { also_undone }: RollbackScope,
): PlanReport['plan'] => ({
  ...plan,
  also_undoes: also_undone
    ? runbooks.filter(({ phase }) => also_undone.includes(phase)).map(phaseName)
    : plan.also_undoes,
});

/** Returns why each phase goes back to its version, the latest phase first. */
const targetsWhy = ({ targets = [] }: RollbackScope): Pick<PlanReport['plan'], 'targets_why'> => {
  const why = targetSentences(targets);
  return why.length > 0 ? { targets_why: why } : {};
};

const blockedIn = (
  readBrakes: PlanTheRollbackDeps['readBrakes'],
  execution: string,
  { targets = [] }: RollbackScope,
): Promise<string | null> => readBrakes().then(({ blocks }) => blockedTarget(blocks, targets, execution), brakesUnread);

/** Returns the version checks of hosts whose tag names another commit: a rollback would not end well there. */
function withOddTag(target: string, checks: readonly StoredVerdict[]): StoredVerdict[] {
  const readings = checks.flatMap((check) => {
    const commit = commitIn(check, target);
    return commit === null ? [] : [{ host: check.name, commit }];
  });
  return oddReadings(target, readings).flatMap(({ host, reason }) =>
    checks.filter(({ name }) => name === host).map((check) => ({ ...check, reason })),
  );
}

/** Returns the hosts whose code is not at the target, although the step that restores it is passed over. */
const notAtTarget = (version: string, verdicts: readonly StoredVerdict[]): StoredVerdict[] =>
  verdicts.flatMap((one) => {
    const reason = codeProblem(version, one.report);
    return reason === null ? [] : [{ ...one, reason }];
  });

/** Returns what the cap on hosts has against a rollback that an alarm starts now. */
async function aboveCap(deps: PlanTheRollbackDeps, rollback: string): Promise<string[]> {
  const capped = await cappedHosts(deps, { id: rollback, only_hosts: null });
  return capped === 'unreadable' ? [unreadableCap] : hostsObjection({ capped, environment: deps.settings });
}

const brakesUnread = () => 'The blocked versions could not be read. While they cannot be read, no step begins.';

const hostsIn = (verdicts: readonly StoredVerdict[]) => new Set(verdicts.map(({ instance_id }) => instance_id)).size;
const named = ({ name, step, reason }: StoredVerdict) => ({ host: name, step, reason });

const hostsOf = ({ hosts, not_online, deployment }: RollbackScope) => ({
  hosts: hosts.map(({ name }) => name),
  not_online: not_online.map(({ name }) => name),
  deployment,
});
