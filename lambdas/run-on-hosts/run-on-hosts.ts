import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import { endStep, type StepResult } from '../operations/end-step.ts';
import { attemptOnHosts, type HostStepDeps, heldFleet, type Request } from '../operations/host-attempt.ts';
import type { StoredVerdict } from '../stores/history.ts';

/**
 * Runs one step on every host that has not done it yet. Every host must say done; counts, never an average.
 *
 * May be called again at any time: a step that is done answers so, one that is running is waited for, one that failed is
 * sent to the hosts that failed. Throws StepFailed with the failed hosts' names and reasons.
 */
export async function runOnHosts(
  deps: HostStepDeps,
  request: Request,
  remainingMilliseconds: () => number,
): Promise<StepResult> {
  const { rollback, command } = request;
  const frozen = await heldFleet(deps, request);
  const [before, last] = await Promise.all([
    deps.history.hosts(rollback.id, command.id),
    deps.attempts.read(rollback.id, command.id),
  ]);
  const did = new Set(before.filter(({ verdict }) => verdict === 'done').map(({ instance_id }) => instance_id));
  const todo = frozen.hosts.filter(({ instance_id }) => !did.has(instance_id));
  if (todo.length === 0 && last) return endStep(deps, request, last, [], frozen.hosts.length);
  const { attempt, verdicts } = await attemptOnHosts(deps, request, todo, frozen, remainingMilliseconds);
  return endStep(deps, request, attempt, verdicts.map(withEarlier(before)), frozen.hosts.length);
}

/** A host that this attempt was not sent to may have been touched by an earlier one: what it said then still counts. */
const withEarlier =
  (before: readonly StoredVerdict[]) =>
  (one: HostVerdict): HostVerdict => {
    const earlier = before.find(({ instance_id }) => instance_id === one.host.instance_id);
    if (one.verdict !== 'not started' || !earlier) return one;
    const { verdict, reason, report, command_id } = earlier;
    return { host: one.host, verdict, reason, report, command_id };
  };
