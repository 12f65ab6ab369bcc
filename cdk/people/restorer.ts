import type { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { sendToFleet } from '../permissions.ts';
import { wildcard } from '../wildcard.ts';
import type { PersonPolicy } from './person-policy.ts';
import { reading, readsOfCommands } from './reading.ts';

/**
 * Brings back from hosts' quarantine, by the one document that a person sends (docs/runbook.md, "Bring back what a step took
 * away"). For a role of its own that is taken on when it is needed: no lock is taken and no event written, only CloudTrail's.
 */
export const restorer: PersonPolicy = {
  description: 'Sends the document restore to hosts of the fleet, and reads. For an emergency role, by itself.',
  sendsCommands: true,
  statements: (stack, product) => {
    const restore = documentOf(stack, `rollback-${product.environment}-restore`);
    const instances = stack.formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' });
    return [
      ...sendToFleet(stack, [restore], product.fleet.tag),
      new PolicyStatement({
        sid: 'NoOtherCommand',
        effect: Effect.DENY,
        actions: ['ssm:SendCommand'],
        notResources: [restore, instances],
      }),
      wildcard('Commands have no resource type. Whoever sends one must see what came of it.', {
        actions: readsOfCommands,
        resources: ['*'],
      }),
      ...reading(stack, product),
    ];
  },
};

const documentOf = (stack: Stack, resourceName: string) =>
  stack.formatArn({ service: 'ssm', resource: 'document', resourceName });
