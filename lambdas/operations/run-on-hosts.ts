import { hostsDoneEarlier } from '../../domain/history/begins-at.ts';
import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import { targetVersionOf } from '../../domain/target/chosen-target.ts';
import type { StoredVerdict } from '../stores/history.ts';
import { partOfScope, type RollbackScope } from '../stores/rollback-scope.ts';
import { endStep, type StepResult } from './end-step.ts';
import { freezeTarget } from './freeze-target.ts';
import { type HeldStep, type HoldForStepDeps, holdForStep } from './hold-for-step.ts';
import { attemptWhileHeld, type HostStepDeps, type HostStepRequest } from './host-attempt.ts';
import { isPassedOver, notSent, passOver } from './pass-over.ts';

/**
 * Runs one step on every host that has not done it yet. The step is done when every host has done it.
 *
 * Calling it again is harmless at any time. It returns the stored result of a step that is done, waits for a step that
 * is running, and sends a failed step again to the hosts that failed. A step that restores code first freezes the commit
 * for all hosts. Throws StepFailed with the failed hosts' names and reasons, and PausedNow (hold-for-step.ts).
 */
export async function runOnHosts(
  deps: HoldForStepDeps,
  request: HostStepRequest,
  remainingMilliseconds: () => number,
): Promise<StepResult> {
  return runHeld(deps, request, await holdForStep(deps, request), remainingMilliseconds);
}

/** As runOnHosts, on what the rollback holds. */
export async function runHeld(
  deps: HostStepDeps,
  asked: HostStepRequest,
  held: HeldStep,
  remainingMilliseconds: () => number,
): Promise<StepResult> {
  const request = restoringTheChosen(asked, held.scope);
  const { rollback, command, repeat } = request;
  const scope = await freezeTarget(deps, request, held, remainingMilliseconds);
  if (await isPassedOver(deps, request, scope)) return passOver(deps, request, scope, remainingMilliseconds);
  const own = partOfScope(scope, command.phase).hosts;
  // The freezing of the target may have waited for hosts.
  const last = scope === held.scope ? held.last : await deps.attempts.read(rollback.id, command.id);
  const before = last ? await deps.history.hosts(rollback.id, command.id) : []; // no attempt, so no verdict
  const did = new Set(before.filter(({ verdict }) => verdict === 'done').map(({ instance_id }) => instance_id));
  const earlier = hostsDoneEarlier(scope.begins_at, command.id);
  const undone = own.filter(({ instance_id }) => !did.has(instance_id) && !earlier.has(instance_id));
  const hosts = own.length;
  if (undone.length === 0 && last) return endStep(deps, request, last, { verdicts: [], hosts });
  if (undone.length === 0) return notSent(deps, request, scope);
  const todo = repeat === 'all' ? own.filter(({ instance_id }) => !earlier.has(instance_id)) : undone;
  const targets = { scope, hosts: todo, last };
  const { attempt, verdicts } = await attemptWhileHeld(deps, request, targets, remainingMilliseconds);
  const lost = verdicts.filter(({ verdict }) => verdict === 'lost').length;
  return endStep(deps, request, attempt, {
    verdicts: verdicts.map(withEarlier(before)),
    hosts: hosts - lost,
    first: before.length === 0,
  });
}

/** Returns the request with the version that the opening chose, in the place of the runbook's tag. */
function restoringTheChosen(request: HostStepRequest, scope: RollbackScope): HostStepRequest {
  const { rollback, command } = request;
  const { restores, phase = rollback.phase } = command;
  if (restores === undefined) return request;
  return { ...request, command: { ...command, restores: targetVersionOf(scope, phase, restores) } };
}

/**
 * Keeps a host's earlier verdict if this attempt did not send to it: an earlier attempt may have touched the host. A lost
 * host keeps the command of that attempt, whose effect then is not known.
 */
const withEarlier =
  (before: readonly StoredVerdict[]) =>
  (one: HostVerdict): HostVerdict => {
    const earlier = before.find(({ instance_id }) => instance_id === one.host.instance_id);
    if (one.verdict === 'lost') return { ...one, command_id: earlier?.command_id ?? null };
    if (one.verdict !== 'not started' || !earlier) return one;
    const { verdict, reason, report, command_id } = earlier;
    return { host: one.host, verdict, reason, report, command_id };
  };
