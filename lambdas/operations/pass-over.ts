import { beginsAtReport, codeProblem, passedStep } from '../../domain/history/begins-at.ts';
import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import { codeCheckId } from '../../domain/infra/runbook-steps.ts';
import type { HostCommand } from '../middleware/payload.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import { endStep, type StepResult } from './end-step.ts';
import { attemptWhileHeld, type HostStepDeps, type HostStepRequest } from './host-attempt.ts';

/**
 * Whether the rollback passes over a step, because a person had it begin at a later one. Not if an operator has answered since that
 * the step is to be repeated: then it runs.
 */
export async function isPassedOver(
  { attempts }: Pick<HostStepDeps, 'attempts'>,
  { rollback, command, repeat }: HostStepRequest,
  { begins_at }: Pick<RollbackScope, 'begins_at'>,
): Promise<boolean> {
  if (!passedStep(begins_at, command.id)) return false;
  return !repeat || (await attempts.read(rollback.id, command.id)) === undefined;
}

/**
 * Passes over a step that comes before the first one: sends nothing, and records on which hosts earlier rollbacks did it and on
 * which it is left out. Calling it again is harmless.
 *
 * The code is not taken on trust. Instead of restoring it, asks each host what a restore would change there, and throws
 * StepFailed with the hosts that are not at the target: the later steps would resume trading on the code that is rolled back.
 */
export async function passOver(
  deps: HostStepDeps,
  request: HostStepRequest,
  scope: RollbackScope,
  remainingMilliseconds: () => number,
): Promise<StepResult> {
  const { command } = request;
  if (command.restores === undefined) return notSent(deps, request, scope);
  const code_at_target = await checkCode(deps, request, scope, remainingMilliseconds);
  return recorded(deps, request, scope, { version: command.restores, code_at_target });
}

/** Records a step that is sent to no host: on how many earlier rollbacks of the incident did it, and on how many it is left out. */
export function notSent(deps: HostStepDeps, request: HostStepRequest, scope: RollbackScope): Promise<StepResult> {
  const { begins_at, hosts } = scope;
  const report = begins_at && beginsAtReport(begins_at, hosts);
  const step = [...(report?.before ?? []), ...(report?.not_repeated ?? [])].find(
    (one) => one.step === request.command.id,
  );
  const done_by = (step?.done_by ?? []).filter((one) => one.hosts > 0);
  return recorded(deps, request, scope, {
    done_before: done_by.reduce((sum, one) => sum + one.hosts, 0),
    left_out: step?.left_out.hosts ?? 0,
    ...(done_by.length > 0 ? { by: done_by.map(({ rollback }) => rollback) } : {}),
  });
}

async function recorded(
  { history, now }: HostStepDeps,
  { rollback, command }: HostStepRequest,
  { hosts }: RollbackScope,
  why: Readonly<Record<string, unknown>>,
): Promise<StepResult> {
  const chain = await history.append(rollback.id, {
    id: `step-passed-over/${command.id}`,
    type: 'Step passed over',
    at: new Date(now()).toISOString(),
    detail: { step: command.id, hosts: hosts.length, ...why },
  });
  return { step: command.id, attempt: 0, hosts_done: 0, hosts: hosts.length, passed_over: true, chain };
}

/**
 * Asks every host whether its code is at the target, and returns the number of hosts. Throws StepFailed if one is not, after
 * the step is recorded as failed there.
 */
async function checkCode(
  deps: HostStepDeps,
  request: HostStepRequest,
  scope: RollbackScope,
  remaining: () => number,
): Promise<number> {
  const { rollback, fence, command } = request;
  const last = await deps.attempts.read(rollback.id, codeCheckId);
  const { attempt, verdicts } = await attemptWhileHeld(
    deps,
    { rollback, fence, command: codeCheck(command), unrecorded: true },
    { scope, hosts: scope.hosts, last },
    remaining,
  );
  const judged = verdicts.filter(({ verdict }) => verdict !== 'lost').map(codeVerdict(command.restores ?? ''));
  const isAtTarget = judged.every(({ verdict }) => verdict === 'done');
  await deps.attempts.write(rollback.id, codeCheckId, { ...attempt, verdict: isAtTarget ? 'done' : 'failed' });
  if (isAtTarget) return judged.length;
  const at = new Date(deps.now()).toISOString();
  const detail = { step: command.id, attempt: attempt.number, hosts: judged.length };
  await deps.history.append(rollback.id, {
    id: `step-started/${command.id}/${attempt.number}`,
    ...{ type: 'Step started', at, detail },
  });
  return (await endStep(deps, request, attempt, { verdicts: judged, hosts: judged.length })).hosts_done; // it throws
}

/** A host is at the target if a restore would change no file there. */
const codeVerdict =
  (version: string) =>
  (one: HostVerdict): HostVerdict => {
    const problem = one.verdict === 'done' ? codeProblem(version, one.report) : null;
    if (problem === null) return one;
    return { ...one, verdict: 'failed', reason: `${problem}; nothing was changed. The answer retry restores it` };
  };

/** Returns the check in place of a step that restores code: its script in mode `plan`, which changes nothing. */
const codeCheck = ({ waves: _, whole: __, ...command }: HostCommand): HostCommand => ({
  ...command,
  id: codeCheckId,
  name: `The check of the code in place of ${command.name}`,
  parameters: { ...command.parameters, Step: codeCheckId, Kind: 'check', Mode: 'plan' },
});
