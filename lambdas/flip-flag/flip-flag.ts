import type { StepResult } from '../end-step.ts';
import type { Flags } from '../flags.ts';
import { heldFleet, type Reach, type Request } from '../host-attempt.ts';
import { runOnHosts } from '../run-on-hosts/run-on-hosts.ts';

export type Flip = Request & { readonly flag: { readonly name: string; readonly value: string } };

/**
 * Sets a flag's override and reads the effective value back on every host: AppConfig's COMPLETE is not arrival.
 *
 * Throws StepFailed while a host does not have it yet; the state's Retry looks again, and hosts poll every 45 s. Calling
 * it twice is harmless: an override that is set is left as it is.
 */
export async function flipFlag(
  reach: Reach & { readonly flags: Flags },
  request: Flip,
  remainingMilliseconds: () => number,
): Promise<StepResult> {
  await heldFleet(reach, request); // a rollback that lost the fleet must not flip either
  await reach.flags.override(request.flag.name, request.flag.value);
  return runOnHosts(reach, request, remainingMilliseconds);
}
