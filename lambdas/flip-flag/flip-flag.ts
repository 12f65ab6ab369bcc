import type { Flags, Overrides } from '../clients/flags.ts';
import type { StepResult } from '../operations/end-step.ts';
import { type HostStepDeps, type HostStepRequest, heldFleet } from '../operations/host-attempt.ts';
import { runOnHosts } from '../operations/run-on-hosts.ts';

export type FlipRequest = HostStepRequest & { readonly flags: Overrides };

/**
 * Sets overrides, all at once, and reads the effective values back on every host: AppConfig's COMPLETE is not arrival.
 *
 * Throws StepFailed while a host does not have them yet; the state's Retry looks again, and hosts poll every 45 s.
 * Calling it twice is harmless: an override that is set is left as it is.
 */
export async function flipFlag(
  deps: HostStepDeps & { readonly flags: Flags },
  request: FlipRequest,
  remainingMilliseconds: () => number,
): Promise<StepResult> {
  await heldFleet(deps, request); // a rollback that lost the fleet must not flip either
  const { rollback, command, flags } = request;
  const { version, before } = await deps.flags.override(flags);
  await deps.history.append(rollback.id, {
    id: `flags-overridden/${command.id}`,
    type: 'Flags overridden',
    at: new Date(deps.now()).toISOString(),
    detail: { step: command.id, flags, before, version },
  });
  return runOnHosts(deps, request, remainingMilliseconds);
}
