import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../../domain/infra/environment.ts';
import type { FlagLayers } from '../flag-layers.ts';
import type { Tables } from '../tables.ts';
import { explain } from '../wildcard.ts';
import { approver } from './approver.ts';
import { auditor } from './auditor.ts';
import { deployer } from './deployer.ts';
import { neverByHand } from './never-by-hand.ts';
import { operator } from './operator.ts';
import type { PersonPolicy } from './person-policy.ts';
import { restorer } from './restorer.ts';

export interface PeopleProps {
  readonly environment: string;
  readonly fleet: Environment['fleet'];
  readonly tables: Tables;
  readonly flags: FlagLayers;
  readonly deadLetters: readonly IQueue[];
}

/** Who a person can be to this product. Another one is a file in people/ and a line here. */
const people: Readonly<Record<string, PersonPolicy>> = { operator, approver, auditor, deployer, restorer };

/**
 * Managed policies for people, one a part they play: `rollback-<environment>-<part>`. Who holds which is the account's to
 * say, in its permission sets or groups; nothing here is attached to anybody.
 */
export class People extends Construct {
  constructor(scope: Construct, id: string, props: PeopleProps) {
    super(scope, id);
    const stack = Stack.of(this);
    for (const [part, policy] of Object.entries(people)) {
      const { description } = policy;
      const all = [...policy.statements(stack, props), ...neverByHand(stack, props, policy)];
      const managedPolicyName = `rollback-${props.environment}-${part}`;
      explain(new ManagedPolicy(this, part, { managedPolicyName, description, statements: all }), all);
    }
  }
}
