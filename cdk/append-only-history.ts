import type { IAspect } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { eventsOf, linksOf, monthsOf } from '../domain/tables.ts';

/**
 * Denies every role of this product to change or delete an event or a link, even if a policy allows it by mistake.
 *
 * IAM cannot see whether a put replaces an item. The functions therefore put with a condition. A put without one would
 * break a chain of hashes, which the history's integrity check reports.
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

/** Includes batches, because a batch may delete, and time to live, because it deletes items without a request. */
const denials = (tableArn: string) => [
  new PolicyStatement({
    sid: 'EventsAndLinksAreNeverChanged',
    effect: Effect.DENY,
    actions: ['UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLUpdate', 'PartiQLDelete', 'PartiQLInsert'].map(
      (action) => `dynamodb:${action}`,
    ),
    resources: [tableArn],
    conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': [eventsOf('*'), linksOf('*'), monthsOf] } },
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
