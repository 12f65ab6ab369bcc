import { uuid } from '../clock/random.ts';
import { recorded, type Trail } from '../cloudtrail/cloudtrail.ts';
import type { Called } from '../events/state.ts';
import type { ActionFaults } from '../faults/action-faults.ts';
import type { Iam } from '../iam/iam.ts';
import { StartExecution } from '../states/actions/StartExecution.ts';
import type { States } from '../states/states.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Caller } from '../wire/service.ts';

/**
 * Returns a function that starts an execution for a rule, in the role that the rule's target names.
 *
 * The role must trust EventBridge for this rule, and its policies must allow the start. EventBridge sends the rule's ARN
 * and account (EventBridge guide, "Using IAM policy conditions": aws:SourceArn, aws:SourceAccount).
 */
export function startAs(roles: Iam, machines: States, faults: ActionFaults, trail: Trail): Called['startExecution'] {
  const { random } = machines.account.surroundings;
  let sessions = 0;
  return (stateMachineArn, input, roleArn, ruleArn) => {
    const rule = { 'aws:SourceArn': ruleArn, 'aws:SourceAccount': ruleArn.split(':')[4] ?? '' };
    if (!roles.mayAssume(roleArn, 'events.amazonaws.com', rule))
      throw new AwsError('AccessDeniedException', `events.amazonaws.com may not assume ${roleArn} for ${ruleArn}.`);
    const caller = sessionOf(roleArn, uuid(random, `session/${sessions++}`));
    const request = { stateMachineArn, input };
    return recorded(trail, { action: 'states:StartExecution', request, caller }, () => {
      const needs = StartExecution.needs(machines, request);
      roles.authorize(caller, needs);
      faults.strike('states:StartExecution', needs, { caller: caller.arn });
      return StartExecution.run(machines, request, caller);
    });
  };
}

/** Returns a session whose name is 32 hexadecimal digits, as in published events of EventBridge's calls. */
function sessionOf(roleArn: string, id: string): Caller {
  const [, , , , accountId] = roleArn.split(':');
  const arn = `arn:aws:sts::${accountId}:assumed-role/${roleArn.split('/').at(-1)}/${id.replaceAll('-', '')}`;
  return { arn, role: roleArn, invokedBy: 'events.amazonaws.com' };
}
