import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { explain } from '../wildcard.ts';
import { approver } from './approver.ts';
import { auditor } from './auditor.ts';
import { deployer } from './deployer.ts';
import { neverByHand } from './never-by-hand.ts';
import { operator } from './operator.ts';
import type { PersonPolicy, Product } from './person-policy.ts';
import { restorer } from './restorer.ts';

/** Who a person can be to this product. Another one is a file in people/ and a line here. */
const people: Readonly<Record<string, PersonPolicy>> = { operator, approver, auditor, deployer, restorer };

/**
 * Managed policies for people, one a part they play: `rollback-<environment>-<part>`. Who holds which is the account's to
 * say, in its permission sets or groups; nothing here is attached to anybody.
 */
export class People extends Construct {
  constructor(scope: Construct, id: string, product: Product) {
    super(scope, id);
    const stack = Stack.of(this);
    for (const [part, policy] of Object.entries(people)) {
      const { description } = policy;
      const all = [...policy.statements(stack, product), ...neverByHand(stack, product, policy)];
      const managedPolicyName = `rollback-${product.environment}-${part}`;
      explain(new ManagedPolicy(this, part, { managedPolicyName, description, statements: all }), all);
    }
  }
}
