import { brakeSentence, stopping } from '../../domain/brakes/brakes.ts';
import { PausedNow, TargetBlocked } from '../../domain/errors.ts';
import { blockedTarget } from '../../domain/message/blocked-target.ts';
import { phasesOf } from '../../domain/phases.ts';
import type { BrakesStore } from '../stores/brakes.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import { heldFleet } from './held-fleet.ts';
import type { HostStepDeps, HostStepRequest } from './host-attempt.ts';

export type HoldForStepDeps = HostStepDeps & { readonly readBrakes: BrakesStore['read'] };

/**
 * Returns what the rollback acts on, as heldFleet, for a step that begins or goes on.
 *
 * Throws PausedNow if a person has stopped running rollbacks since this one was opened, and TargetBlocked if this step or a
 * later one restores a version that is blocked by now. An attempt that runs on hosts is
 * followed to its end: nobody would know otherwise what it did. Throws before the fleet is marked, so a rollback that has
 * touched no host leaves the fleet free.
 */
export async function holdForStep(deps: HoldForStepDeps, request: HostStepRequest): Promise<RollbackScope> {
  const { rollback, command } = request;
  const brakes = await deps.readBrakes();
  const blocked = blockedTarget(brakes.blocks, rollback, command.restores ?? command.restores_later);
  if (blocked || brakes.pauses.some(({ now }) => now)) {
    const scope = await deps.scopes.read(rollback.id);
    const [pause] = phasesOf(rollback).flatMap((phase) => stopping(brakes, phase, scope?.opened_at) ?? []);
    const last = await deps.attempts.read(rollback.id, command.id);
    const stopped = last ? 'was not tried again.' : 'was not begun.';
    if (pause && last?.verdict !== 'running')
      throw new PausedNow(`${brakeSentence('pause', pause)} ${command.name} ${stopped}`);
    if (blocked && last?.verdict !== 'running') throw new TargetBlocked(`The step ${stopped} ${blocked}`);
  }
  return heldFleet(deps, request);
}
