import { recorded, type Trail } from '../cloudtrail/cloudtrail.ts';
import type { ActionFaults } from '../faults/action-faults.ts';
import type { Iam } from '../iam/iam.ts';
import type { RunChecked } from '../wire/service.ts';

/**
 * Returns a function that runs a call: it authorizes the caller, applies injected faults and sends the call to the trail.
 *
 * A denied call does not use up a fault. The trail receives the error of a fault that prevents the action, but the
 * response of an action whose response is then lost.
 */
export const checkedCalls =
  (iam: Iam, faults: ActionFaults, trail: Trail): RunChecked =>
  async ({ action, request, caller, needs }, run) => {
    const response = await recorded(trail, { action, request, caller }, () => {
      iam.authorize(caller, needs);
      faults.strike(action, needs, { caller: caller.arn });
      return run();
    });
    faults.strike(action, needs, { caller: caller.arn, done: true });
    return response;
  };
