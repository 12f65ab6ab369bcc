import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { executionsOf, named, startMachines } from '../permissions.ts';
import { wildcard } from '../wildcard.ts';
import type { PersonPolicy } from './person-policy.ts';
import { reading, readsOfCommands } from './reading.ts';

/**
 * Starts, stops and follows rollbacks, releases a fleet, clears the dead letters, keeps alarms from a phase, as
 * docs/runbook.md asks of whoever is on call. Reaches hosts, flags and tables through the machines only.
 */
export const operator: PersonPolicy = {
  description:
    'Starts, stops and reads rollbacks, releases the fleet, keeps alarms from a phase. Changes no code, flag, table or host by hand.',
  statements: (stack, product) => {
    const { environment, deadLetters } = product;
    const machine = (name: string) => named(stack, 'states', 'stateMachine', `rollback-${environment}-${name}`);
    return [
      startMachines([machine('release'), machine('look')]),
      wildcard('The machine of every phase: with twenty of them by name the policy would be longer than IAM takes.', {
        actions: ['states:StartExecution'],
        resources: [machine('phase-*')],
      }),
      wildcard('Executions of the phases’ machines: their names are not known before they start.', {
        actions: ['states:StopExecution'],
        resources: [executionsOf(stack, `rollback-${environment}-phase-*`)],
      }),
      new PolicyStatement({
        actions: ['GetQueueUrl', 'GetQueueAttributes', 'ReceiveMessage', 'DeleteMessage'].map((one) => `sqs:${one}`),
        resources: deadLetters.map(({ queueArn }) => queueArn),
      }),
      // Not Reconcile's: it tells people, and closes what was stopped.
      wildcard(
        'The rules of every phase, which bring it its alarms: with twenty of them the policy would be too long.',
        {
          actions: ['events:DisableRule', 'events:EnableRule'],
          resources: ['red', 'blind'].map((name) =>
            stack.formatArn({
              service: 'events',
              resource: 'rule',
              resourceName: `rollback-${environment}-phase-*-${name}`,
            }),
          ),
        },
      ),
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [named(stack, 'lambda', 'function', `rollback-${environment}-reconcile`)],
      }),
      wildcard('Commands have no resource type. Whoever is on call must see whether one still runs on a host.', {
        actions: readsOfCommands,
        resources: ['*'],
      }),
      ...reading(stack, product),
    ];
  },
};
