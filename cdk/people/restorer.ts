import type { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { everyHost, sendToFleet } from '../permissions.ts';
import { wildcard } from '../wildcard.ts';
import type { PersonPolicy } from './person-policy.ts';
import { reading, readsOfCommands } from './reading.ts';

/**
 * Restores files from hosts' quarantine, by the one document that a person sends (docs/runbook.md, "Bring back what a step
 * took away"). For an emergency role, assumed only when needed: no lock is taken, and only CloudTrail records the call.
 */
export const restorer: PersonPolicy = {
  description: 'Sends the document restore to hosts of the fleet, and reads. For an emergency role, by itself.',
  sendsCommands: true,
  statements: senderOf('restore'),
};

/** Returns statements that let a person send one document of the product to hosts of the fleet, and no other command. */
export function senderOf(id: string): PersonPolicy['statements'] {
  return (stack, product) => {
    const document = documentOf(stack, `rollback-${product.environment}-${id}`);
    return [
      ...sendToFleet(stack, [document], product.fleet.tag),
      new PolicyStatement({
        sid: 'NoOtherCommand',
        effect: Effect.DENY,
        actions: ['ssm:SendCommand'],
        notResources: [document, ...everyHost(stack)],
      }),
      wildcard('Commands have no resource type. The sender of one must see its result.', {
        actions: readsOfCommands,
        resources: ['*'],
      }),
      ...reading(stack, product),
    ];
  };
}

const documentOf = (stack: Stack, resourceName: string) =>
  stack.formatArn({ service: 'ssm', resource: 'document', resourceName });
