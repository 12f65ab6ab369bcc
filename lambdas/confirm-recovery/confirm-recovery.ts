import { StillRunning } from '../../domain/errors.ts';
import type { Chain } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { type Confirmation, confirmation } from '../../domain/host/confirmation.ts';
import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import {
  isHealthy,
  isRecovered,
  problemAtTimeout,
  type RecoveryVerdict,
  recoveryVerdict,
  verdictAtTimeout,
} from '../../domain/host/recovery.ts';
import type { HostCommand } from '../middleware/payload.ts';
import { attemptOnHosts, type HostStepDeps, heldFleet, type Request } from '../operations/host-attempt.ts';
import { reportsOf } from '../stores/history.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import type { Watch } from './recovery-metrics.ts';

export type ConfirmRequest = Omit<Request, 'command'> & {
  readonly steps: readonly string[];
  readonly target_version: string;
  readonly version: HostCommand;
  readonly health: HostCommand | null;
};
export type Probes = {
  /** That many good looks in a row are recovery. */
  readonly in_a_row: number;
  readonly every_seconds: number;
  /** After this long without them, the last look's verdict stands. */
  readonly give_up_seconds: number;
};
export type ConfirmResult = Pick<Confirmation, 'verdict' | 'problem'> & { readonly chain: Chain };

export type ConfirmDeps = HostStepDeps & { readonly watch: Watch; readonly probes: Probes };

/** What the last poll of one look and the writing after it may take. */
const reserveMilliseconds = 30_000;

/**
 * Looks at every host, the history, the alarms and the trigger's metric until that was good several times in a row, and
 * says PASS, UNVERIFIED, FAIL or INCONCLUSIVE. Changes nothing on the hosts; asking again looks again from the start.
 */
export async function confirmRecovery(
  deps: ConfirmDeps,
  request: ConfirmRequest,
  remainingMilliseconds: () => number,
): Promise<ConfirmResult> {
  const { rollback, version } = request;
  const { probes } = deps;
  const frozen = await heldFleet(deps, { ...request, command: version });
  let found: Look = await look(deps, request, frozen, remainingMilliseconds);
  const since = await recentRollbacks(deps, request);
  const givesUp = givesUpAt(since, rollback.deadline, probes);
  for (let row = passes(found, 0); row < probes.in_a_row; row = passes(found, row)) {
    if (found.settled || deps.now() >= givesUp) break;
    if (remainingMilliseconds() < probes.every_seconds * 1000 + reserveMilliseconds)
      throw new StillRunning('Recovery has not been seen long enough yet.');
    await deps.sleep(probes.every_seconds * 1000);
    found = await look(deps, request, frozen, remainingMilliseconds);
  }
  const { good, at_target, number } = found;
  const last = verdictAtTimeout(found);
  const looked = { looks: number, seconds: (deps.now() - since) / 1000, in_a_row: probes.in_a_row };
  const problem = isRecovered(found) ? last.problem : problemAtTimeout(last.problem, looked);
  const checks = Object.keys(good);
  const chain = await deps.history.append(rollback.id, {
    id: `confirmed/${number}`,
    type: isRecovered(last) ? 'Recovery confirmed' : 'Recovery not confirmed',
    at: new Date(deps.now()).toISOString(),
    detail: {
      verdict: last.verdict,
      problem,
      impact_over: isRecovered(found),
      checks,
      good,
      reports: await reportsOf(deps.history, rollback.id, ...checks),
      looks: number,
      version: request.target_version,
      hosts_done: at_target,
      hosts: frozen.hosts.length,
    },
  });
  return { verdict: last.verdict, problem, chain };
}

/**
 * When to stop looking: after give_up, but not beyond the severity's limit. A rollback that comes here late still gets the
 * looks it needs and one to spare; whether it kept its limit, its record says.
 */
function givesUpAt(
  recentRollbacks: number,
  deadline: string,
  { in_a_row, every_seconds, give_up_seconds }: Probes,
): number {
  const least = recentRollbacks + (in_a_row + 1) * every_seconds * 1000;
  return Math.min(recentRollbacks + give_up_seconds * 1000, Math.max(Date.parse(deadline), least));
}

const passes = (look: RecoveryVerdict, good: number) => (isRecovered(look) ? good + 1 : 0);

/** When the first look was, over all invocations of this state. */
async function recentRollbacks({ history, now }: HostStepDeps, { rollback, version }: ConfirmRequest): Promise<number> {
  const step = recordOf(await history.events(rollback.id)).steps.find((one) => one.step === version.id);
  return step ? Date.parse(step.started_at) : now();
}

type Look = RecoveryVerdict & {
  readonly at_target: number;
  /** On how many hosts each check, by id, saw what it should. */
  readonly good: Readonly<Record<string, number>>;
  readonly number: number;
};

async function look(
  deps: ConfirmDeps,
  request: ConfirmRequest,
  frozen: RollbackScope,
  remaining: () => number,
): Promise<Look> {
  const { rollback, steps, target_version } = request;
  const { number, verdicts } = await ask(deps, request, request.version, frozen, remaining);
  const version = confirmation({
    hosts: frozen.hosts,
    notOnline: frozen.not_online.map(({ name }) => name),
    checks: verdicts,
    done: await doneBy(deps, rollback.id, steps),
    target_version,
  });
  const passed_by = [...frozen.not_online, ...(frozen.still_away ?? [])].map(({ name }) => name);
  const health = request.health ? (await ask(deps, request, request.health, frozen, remaining)).verdicts : null;
  return {
    ...recoveryVerdict({ version, health, passed_by, ...(await deps.watch(rollback, frozen)) }),
    at_target: version.at_target,
    good: {
      [request.version.id]: version.at_target,
      ...(request.health ? { [request.health.id]: (health ?? []).filter(isHealthy).length } : {}),
    },
    number,
  };
}

/** One check on every host. Each look is an attempt of its own. */
async function ask(
  deps: HostStepDeps,
  request: ConfirmRequest,
  command: HostCommand,
  frozen: RollbackScope,
  remaining: () => number,
): Promise<{ number: number; verdicts: HostVerdict[] }> {
  const { rollback, fence } = request;
  const { attempt, verdicts } = await attemptOnHosts(
    deps,
    { rollback, fence, command },
    frozen.hosts,
    frozen,
    remaining,
  );
  await deps.history.putHosts(rollback.id, command.id, verdicts);
  await deps.attempts.write(rollback.id, command.id, { ...attempt, verdict: 'done' });
  return { number: attempt.number, verdicts };
}

async function doneBy(
  { history }: HostStepDeps,
  rollback: string,
  steps: readonly string[],
): Promise<Map<string, ReadonlySet<string>>> {
  const done = new Map<string, ReadonlySet<string>>();
  for (const step of steps) {
    const hosts = await history.hosts(rollback, step);
    done.set(step, new Set(hosts.filter(({ verdict }) => verdict === 'done').map(({ instance_id }) => instance_id)));
  }
  return done;
}
