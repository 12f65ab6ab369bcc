import { type Brakes, blockOf, brakeSentence, stopping } from '../../domain/brakes/brakes.ts';
import { PausedNow, TargetBlocked } from '../../domain/errors.ts';
import type { Target } from '../../domain/infra/runbook-steps.ts';
import { blockedTarget } from '../../domain/message/blocked-target.ts';
import { phasesOf } from '../../domain/phases.ts';
import type { BrakesStore } from '../stores/brakes.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import type { Attempt } from '../stores/step-attempts.ts';
import { isDone } from './done-by-others.ts';
import { targetCheckOf } from './freeze-target.ts';
import { heldFleet, openScope } from './held-fleet.ts';
import type { HostStepDeps, HostStepRequest } from './host-attempt.ts';

export type HoldForStepDeps = HostStepDeps & { readonly readBrakes: BrakesStore['read'] };

/** The scope of a step, with its newest attempt. `check`: the newest check of the target, for a step that restores code. */
export type HeldStep = {
  readonly scope: RollbackScope;
  readonly last: Attempt | undefined;
  readonly check: Attempt | undefined;
};

/**
 * Returns what the rollback acts on, as heldFleet, for a step that begins or goes on.
 *
 * Throws PausedNow if a person has stopped running rollbacks since this one was opened, and TargetBlocked if the rollback has
 * still to restore a version that is blocked by now, in this step or a later one of any of its phases. An attempt that runs on
 * hosts is followed to its end: nobody would know otherwise what it did. Throws before the fleet is marked, so a rollback that
 * has touched no host leaves the fleet free.
 */
export async function holdForStep(deps: HoldForStepDeps, request: HostStepRequest): Promise<HeldStep> {
  const read = readForStep(deps, request);
  read.catch(() => {}); // heldStep throws it, unless the brakes cannot be read
  const brakes = await deps.readBrakes();
  const mayStop = brakes.blocks.length > 0 || brakes.pauses.some(({ now }) => now);
  if (mayStop) await checkBrakes(deps, request, brakes, await read);
  return heldStep(deps, request, read);
}

/** As holdForStep, without a look at the brakes: for a step that has begun. `read`: what the caller has begun to read. */
export async function heldStep(
  deps: HostStepDeps,
  request: HostStepRequest,
  read: Promise<HeldStep> = readForStep(deps, request),
): Promise<HeldStep> {
  await heldFleet(
    deps,
    request,
    read.then(({ scope }) => scope),
  );
  return read;
}

/** All items are of one partition and are asked for at the same time, so one request reads them. */
async function readForStep(deps: HostStepDeps, { rollback, command }: HostStepRequest): Promise<HeldStep> {
  const [scope, last, check] = await Promise.all([
    openScope(deps, rollback),
    deps.attempts.read(rollback.id, command.id),
    command.restores === undefined ? undefined : deps.attempts.read(rollback.id, targetCheckOf(command)),
  ]);
  return { scope, last, check };
}

async function checkBrakes(
  deps: HoldForStepDeps,
  { rollback, command }: HostStepRequest,
  brakes: Brakes,
  { scope, last }: HeldStep,
): Promise<void> {
  const [pause] = phasesOf(rollback).flatMap((phase) => stopping(brakes, phase, scope.opened_at) ?? []);
  const ahead = await blockedAhead(deps, rollback.id, brakes, scope);
  const blocked = blockedTarget(brakes.blocks, ahead, rollback.execution_arn);
  if (!pause && !blocked) return;
  const stopped = last ? 'was not tried again.' : 'was not begun.';
  if (pause && last?.verdict !== 'running')
    throw new PausedNow(`${brakeSentence('pause', pause)} ${command.name} ${stopped}`);
  if (blocked && last?.verdict !== 'running') throw new TargetBlocked(`The step ${stopped} ${blocked}`);
}

/** Returns the blocked versions that the rollback has still to restore, without phases that another rollback has done. */
async function blockedAhead(
  { attempts }: HoldForStepDeps,
  rollback: string,
  { blocks }: Brakes,
  { targets = [], parts = [], hosts }: RollbackScope,
): Promise<Target[]> {
  const doneByOthers = parts.filter((part) => isDone({ hosts }, part)).map(({ phase }) => phase);
  const ahead: Target[] = [];
  for (const target of targets) {
    if (!blockOf(blocks, target) || doneByOthers.includes(target.phase)) continue;
    const last = await attempts.read(rollback, target.by.at(-1) ?? '');
    if (last?.verdict !== 'done') ahead.push(target);
  }
  return ahead;
}
