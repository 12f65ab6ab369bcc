import type { ActionFaults } from './action-faults.ts';
import { AwsError } from './aws-error.ts';
import type { Called } from './events/state.ts';
import type { Iam } from './iam/iam.ts';
import { StartExecution } from './states/actions/StartExecution.ts';
import type { States } from './states/states.ts';

/**
 * EventBridge starts an execution as the role its target names, which must trust it, for this rule, and be allowed to.
 *
 * It says for which rule it acts (EventBridge guide, "Using IAM policy conditions": aws:SourceArn, aws:SourceAccount).
 */
export const startAs =
  (roles: Iam, machines: States, faults: ActionFaults): Called['startExecution'] =>
  (stateMachineArn, input, roleArn, ruleArn) => {
    const rule = { 'aws:SourceArn': ruleArn, 'aws:SourceAccount': ruleArn.split(':')[4] ?? '' };
    if (!roles.mayAssume(roleArn, 'events.amazonaws.com', rule))
      throw new AwsError('AccessDeniedException', `events.amazonaws.com may not assume ${roleArn} for ${ruleArn}.`);
    const caller = { arn: roleArn, role: roleArn };
    const request = { stateMachineArn, input };
    const needs = StartExecution.needs(machines, request);
    roles.authorize(caller, needs);
    faults.strike('states:StartExecution', needs);
    return StartExecution.run(machines, request, caller);
  };
