import type { Flags, Overrides } from '../clients/flags.ts';
import type { StepResult } from '../operations/end-step.ts';
import { type HoldForStepDeps, heldStep, holdForStep } from '../operations/hold-for-step.ts';
import type { HostStepRequest } from '../operations/host-attempt.ts';
import { isPassedOver } from '../operations/pass-over.ts';
import { runHeld } from '../operations/run-on-hosts.ts';

export type FlipFlagDeps = HoldForStepDeps & { readonly flags: Flags };

export type FlipRequest = HostStepRequest & { readonly flags: Overrides };

/**
 * Sets overrides in one deployment, and reads the effective values on every host: a deployment that is COMPLETE in
 * AppConfig may not have reached the hosts yet.
 *
 * Throws StepFailed while a host does not have them. The state's Retry looks again; hosts poll every 45 s. Calling it
 * twice is harmless: an override that is set stays as it is.
 */
export async function flipFlag(
  deps: FlipFlagDeps,
  request: FlipRequest,
  remainingMilliseconds: () => number,
): Promise<StepResult> {
  const held = await holdForStep(deps, request); // a rollback that lost the fleet, or is stopped, must not flip a flag either
  if (await isPassedOver(deps, request, held.scope)) return runHeld(deps, request, held, remainingMilliseconds);
  const { rollback, command, flags } = request;
  const { version, before, stopped } = await deps.flags.override(flags, rollback.id);
  await deps.history.append(rollback.id, {
    id: `flags-overridden/${command.id}`,
    type: 'Flags overridden',
    at: new Date(deps.now()).toISOString(),
    detail: { step: command.id, flags, before, version, ...(stopped ? { stopped } : {}) },
  });
  // The flags are set: the step has begun, and a pause does not stop it now.
  return runHeld(deps, request, await heldStep(deps, request), remainingMilliseconds);
}
