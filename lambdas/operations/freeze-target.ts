import { StepFailed } from '../../domain/errors.ts';
import { commonCommit, type TargetCommit } from '../../domain/host/target-commit.ts';
import { partId } from '../../domain/infra/part.ts';
import { targetCheckId } from '../../domain/infra/runbook-steps.ts';
import { targetVersionOf } from '../../domain/target/chosen-target.ts';
import type { HostCommand } from '../middleware/payload.ts';
import { partOfScope, type RollbackScope } from '../stores/rollback-scope.ts';
import type { Attempt } from '../stores/step-attempts.ts';
import { checkOpen } from './check-open.ts';
import { checkHolder } from './held-fleet.ts';
import { attemptWhileHeld, type HostStepDeps, type HostStepRequest } from './host-attempt.ts';
import { mostNamed } from './most-named.ts';

/** A scope with the newest check of its target; undefined: there is none. */
type Checked = { readonly scope: RollbackScope; readonly check: Attempt | undefined };

/**
 * Before a step restores code: asks every host which commit the target's tag names there, and freezes that commit for the
 * rollback. The host script then refuses any other. Returns the scope with the commit.
 *
 * A tag is only a name, and may have moved on one host. Restoring each host to its own commit would put a mix of versions
 * into trading that nobody has tested. Throws StepFailed if the hosts differ; nothing is restored then.
 */
export async function freezeTarget(
  deps: HostStepDeps,
  { rollback, fence, command }: HostStepRequest,
  { scope, check: last }: Checked,
  remainingMilliseconds: () => number,
): Promise<RollbackScope> {
  if (command.restores === undefined) return scope;
  const target = targetVersionOf(scope, command.phase ?? rollback.phase, command.restores);
  const known = partOfScope(scope, command.phase).target_commit;
  if (known !== undefined && last?.verdict !== 'running') return scope;
  const asking = { rollback, fence, command: checkBefore(command), unrecorded: true } as const;
  const targets = { scope, hosts: scope.hosts, last };
  const { attempt, verdicts } = await attemptWhileHeld(deps, asking, targets, remainingMilliseconds);
  const asked = verdicts.filter(({ verdict }) => verdict !== 'lost');
  if (asked.length === 0) return scope; // the step itself reports that every host left the fleet
  const found = known ? { commit: known, unread: [] } : commonCommit(target, asked);
  if ('problem' in found) return refuse(deps, { rollback, command: { ...command, restores: target } }, attempt, found);
  const frozen = await deps.scopes.freezeCommit(rollback.id, found.commit, { phase: command.phase, scope });
  await deps.history.append(rollback.id, {
    id: `${prefixOf(command)}target-frozen`,
    type: 'Target frozen',
    at: new Date(deps.now()).toISOString(),
    detail: {
      step: command.id,
      version: target,
      commit: partOfScope(frozen, command.phase).target_commit,
      hosts: asked.length - found.unread.length,
      not_read: found.unread.slice(0, mostNamed),
    },
  });
  await deps.attempts.write(rollback.id, targetCheckOf(command), { ...attempt, verdict: 'done' });
  return frozen;
}

/**
 * Freezes the target's commit beside the first step, long before the step that restores it. Changes nothing on hosts, and does
 * not mark the fleet's lock: a rollback that stops before its first step leaves the fleet free.
 *
 * Does nothing if that is not possible now: the restoring step asks again, and reports the reason.
 */
export async function freezeEarly(
  deps: HostStepDeps,
  request: HostStepRequest,
  remainingMilliseconds: () => number,
): Promise<void> {
  const { rollback, command } = request;
  try {
    const [scope, check] = await Promise.all([
      deps.scopes.read(rollback.id),
      deps.attempts.read(rollback.id, targetCheckOf(command)),
      checkHolder(deps, request),
      checkOpen(deps, rollback),
    ]);
    if (scope) await freezeTarget(deps, request, { scope, check }, remainingMilliseconds);
  } catch {
    // The history has the reason if the hosts differ. A rollback that lost the fleet, or has ended, asks no host.
  }
}

/** Records why no commit is frozen, and throws StepFailed. */
async function refuse(
  { history, attempts, now }: HostStepDeps,
  { rollback, command }: Pick<HostStepRequest, 'rollback' | 'command'>,
  attempt: Attempt,
  { problem, failed }: Extract<TargetCommit, { problem: string }>,
): Promise<never> {
  await history.append(rollback.id, {
    id: `${prefixOf(command)}target-not-frozen/${attempt.number}`,
    type: 'Target not frozen',
    at: new Date(now()).toISOString(),
    // Named only if all of them fit: a person who leaves out some of them would think that it was all.
    detail: {
      ...{ step: command.id, version: command.restores, problem },
      ...(failed.length <= mostNamed ? { failed } : {}),
    },
  });
  await attempts.write(rollback.id, targetCheckOf(command), { ...attempt, verdict: 'failed' });
  throw new StepFailed(`${command.name}: ${problem}`);
}

/**
 * Returns the check that precedes a step: its script in mode `plan`, which changes nothing, for a quick report of the commit.
 *
 * git reads a tag in milliseconds, so a host that is silent for 40 s is not waited for: the step itself reports it.
 */
const checkBefore = ({ waves: _, whole: __, ...command }: HostCommand): HostCommand => ({
  ...command,
  id: targetCheckOf(command),
  name: `The check of the target before ${command.name}`,
  timeout_seconds: 30,
  attempt_seconds: 40,
  parameters: {
    ...command.parameters,
    Step: targetCheckOf(command),
    Kind: 'check',
    Mode: 'plan',
    Variant: 'quick',
  },
});

/** The id under which the attempts at the check of a step's target are stored. */
export const targetCheckOf = (command: HostCommand) => `${prefixOf(command)}${targetCheckId}`;

/** The phases of one rollback have targets of their own. */
const prefixOf = ({ phase }: HostCommand) => (phase === undefined ? '' : partId(phase, ''));
