import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { executionsOf, named } from '../permissions.ts';
import { wildcard } from '../wildcard.ts';
import type { PersonPolicy } from './person-policy.ts';
import { reading, readsOfCommands } from './reading.ts';

/**
 * The person on call: starts, stops, annotates, reviews and reads rollbacks, answers their questions, releases a fleet, sets the brakes, clears dead letters, and
 * disables a phase's rules, as docs/runbook.md describes. Reaches hosts, flags and tables only through the machines.
 */
export const operator: PersonPolicy = {
  description:
    'Starts, stops and reads rollbacks, releases the fleet, keeps alarms from a phase. Changes no code, flag, table or host by hand.',
  statements: (stack, product) => {
    const { environment, deadLetters } = product;
    const machine = (name: string) => named(stack, 'states', 'stateMachine', `rollback-${environment}-${name}`);
    return [
      // One statement for all, because more would exceed the length of a policy. Each action knows only its own kind of resource: starts know
      // machines, stops know executions, and invocations know functions.
      wildcard(
        'The machine of every phase, and its executions, whose names are not known before they start. Named one by one, twenty phases would exceed the length of a policy.',
        {
          actions: ['states:StartExecution', 'states:StopExecution', 'lambda:InvokeFunction'],
          resources: [
            // In short, because the policy is nearly full. c*: change-flag, change-task, check-readiness and confirm-contacts. ????: halt and look.
            // ??????: brakes, decide, resume and review. Nobody on call may have to look for another role while orders go wrong.
            ...['????', '??????', 'release', 'annotate', 'c*', 'follow-up', 'phase-*'].map(machine),
            executionsOf(stack, `rollback-${environment}-phase-*`),
            named(stack, 'lambda', 'function', `rollback-${environment}-reconcile`),
          ],
        },
      ),
      new PolicyStatement({
        actions: ['GetQueueUrl', 'GetQueueAttributes', 'ReceiveMessage', 'DeleteMessage'].map((one) => `sqs:${one}`),
        resources: deadLetters.map(({ queueArn }) => queueArn),
      }),
      // Not Reconcile's rule: Reconcile notifies people, and closes stopped rollbacks.
      wildcard(
        'The rules that start every phase from its alarms. Named one by one, twenty phases would exceed the length of a policy.',
        {
          actions: ['events:DisableRule', 'events:EnableRule'],
          resources: [
            stack.formatArn({ service: 'events', resource: 'rule', resourceName: `rollback-${environment}-phase-*` }),
          ],
        },
      ),
      wildcard('Commands have no resource type. The person on call must see whether one still runs on a host.', {
        actions: readsOfCommands,
        resources: ['*'],
      }),
      ...reading(stack, product),
    ];
  },
};
