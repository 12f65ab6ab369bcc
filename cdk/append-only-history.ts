import type { IAspect } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { eventsOf } from '../domain/tables.ts';

/**
 * Whatever a role of this product is ever allowed by mistake: it does not change or delete an event.
 *
 * What IAM cannot see is whether a put replaces an item. The functions put with a condition; a put without one breaks the
 * chain of hashes, and shows.
 */
export class AppendOnlyHistory implements IAspect {
  readonly #tableArn: string;

  constructor(tableArn: string) {
    this.#tableArn = tableArn;
  }

  visit(node: IConstruct): void {
    if (node instanceof Role) for (const statement of denials(this.#tableArn)) node.addToPrincipalPolicy(statement);
  }
}

/** A batch may delete, so it must not name an event either. Time to live deletes without anybody asking. */
const denials = (tableArn: string) => [
  new PolicyStatement({
    sid: 'EventsAreNeverChanged',
    effect: Effect.DENY,
    actions: ['UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLUpdate', 'PartiQLDelete', 'PartiQLInsert'].map(
      (action) => `dynamodb:${action}`,
    ),
    resources: [tableArn],
    conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': eventsOf('*') } },
  }),
  new PolicyStatement({
    sid: 'TheHistoryIsKept',
    effect: Effect.DENY,
    actions: ['DeleteTable', 'UpdateTable', 'UpdateTimeToLive', 'UpdateContinuousBackups'].map(
      (action) => `dynamodb:${action}`,
    ),
    resources: [tableArn],
  }),
];
