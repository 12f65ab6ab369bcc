import type { ActionFaults } from './action-faults.ts';
import { AwsError } from './aws-error.ts';
import type { Called } from './events/state.ts';
import type { Iam } from './iam/iam.ts';
import { StartExecution } from './states/actions/StartExecution.ts';
import type { States } from './states/states.ts';

/** EventBridge starts an execution as the role its target names, which must trust it and be allowed to. */
export const startAs =
  (roles: Iam, machines: States, faults: ActionFaults): Called['startExecution'] =>
  (stateMachineArn, input, roleArn) => {
    if (!roles.mayAssume(roleArn, 'events.amazonaws.com'))
      throw new AwsError('AccessDeniedException', `events.amazonaws.com may not assume ${roleArn}.`);
    const caller = { arn: roleArn, role: roleArn };
    const request = { stateMachineArn, input };
    const needs = StartExecution.needs(machines, request);
    roles.authorize(caller, needs);
    faults.strike('states:StartExecution', needs);
    return StartExecution.run(machines, request, caller);
  };
