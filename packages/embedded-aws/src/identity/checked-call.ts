import { recorded, type Trail } from '../cloudtrail/cloudtrail.ts';
import type { ActionFaults } from '../faults/action-faults.ts';
import type { Iam } from '../iam/iam.ts';
import type { RunChecked } from '../wire/service.ts';

/**
 * Returns what runs a call to an action: it authorizes the caller, applies injected faults and records the call.
 *
 * A denied call leaves the fault to the next allowed one. CloudTrail records a fault that replaces the action, but not a
 * fault that only loses its response.
 */
export const checkedCalls =
  (iam: Iam, faults: ActionFaults, trail: Trail): RunChecked =>
  async ({ action, request, caller, needs }, run) => {
    const response = await recorded(trail, { action, request, caller }, () => {
      iam.authorize(caller, needs);
      faults.strike(action, needs);
      return run();
    });
    faults.strike(action, needs, true);
    return response;
  };
