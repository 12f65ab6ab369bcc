import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import {
  type Facet,
  facetAttribute,
  facets,
  indexName,
  startedAttribute,
  summaryAttribute,
} from '../domain/history/record-index.ts';
import { tableNames } from '../domain/tables.ts';

/**
 * The context that limits the indexes, for a history table that exists already: CloudFormation creates one index in a
 * stack operation (template reference, AWS::DynamoDB::GlobalTable). docs/deploy.md has the commands.
 */
const indexesContext = 'history_indexes';

/** The two tables; domain/tables.ts describes their items. */
export class Tables extends Construct {
  readonly state: TableV2;
  readonly history: TableV2;

  constructor(scope: Construct, id: string, { environment }: { readonly environment: string }) {
    super(scope, id);
    const names = tableNames(environment);
    this.state = this.#table('State', names.state);
    this.history = this.#table('History', names.history, indexedFacets(this).map(index));
  }

  /**
   * Sets point-in-time recovery and deletion protection, which are off by default. The removal policy is Retain by
   * default.
   */
  #table(id: string, tableName: string, globalSecondaryIndexes: GlobalSecondaryIndexPropsV2[] = []): TableV2 {
    return new TableV2(this, id, {
      tableName,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      globalSecondaryIndexes,
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      // DynamoDB's own key, which nobody can disable. A disabled key would stop every rollback at the fleet's lock.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
    });
  }
}

/** One index of the history table, from the value of a facet to rollbacks in the order of their start. */
const index = (facet: Facet): GlobalSecondaryIndexPropsV2 => ({
  indexName: indexName(facet),
  partitionKey: { name: facetAttribute(facet), type: AttributeType.STRING },
  sortKey: { name: startedAttribute, type: AttributeType.STRING },
  projectionType: ProjectionType.INCLUDE,
  nonKeyAttributes: [summaryAttribute],
});

/** Returns the facets that have an index: all, or the first N of `-c history_indexes=N`. Throws if N is no such number. */
function indexedFacets(scope: Construct): readonly Facet[] {
  const wanted = String(scope.node.tryGetContext(indexesContext) ?? facets.length);
  const count = Number(wanted);
  if (!/^\d+$/.test(wanted) || count > facets.length)
    throw new Error(
      `-c ${indexesContext} takes a whole number from 0 to ${facets.length}, the number of indexes; found "${wanted}".`,
    );
  return facets.slice(0, count);
}
