import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { explain } from '../wildcard.ts';
import { approver } from './approver.ts';
import { auditor } from './auditor.ts';
import { chaos } from './chaos.ts';
import { deployer } from './deployer.ts';
import { neverByHand } from './never-by-hand.ts';
import { operator } from './operator.ts';
import type { PersonPolicy, Product } from './person-policy.ts';
import { restorer } from './restorer.ts';

/** The roles of people. A new role is a file in people/ and an entry here. Chaos exists only where the environment allows it. */
const people: Readonly<Record<string, PersonPolicy>> = { operator, approver, auditor, deployer, restorer };

/**
 * One managed policy per role of a person, `rollback-<environment>-<role>`. The account decides who holds which, in its
 * permission sets or groups. Nothing here is attached to a person.
 */
export class People extends Construct {
  constructor(scope: Construct, id: string, product: Product, allowsChaos = false) {
    super(scope, id);
    const stack = Stack.of(this);
    for (const [role, policy] of Object.entries({ ...people, ...(allowsChaos ? { chaos } : {}) })) {
      const { description } = policy;
      const all = [...policy.statements(stack, product), ...neverByHand(stack, product, policy)];
      const managedPolicyName = `rollback-${product.environment}-${role}`;
      explain(new ManagedPolicy(this, role, { managedPolicyName, description, statements: all }), all);
    }
  }
}
