import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { tableNames } from '../domain/tables.ts';

/** The two tables; domain/tables.ts describes their items. */
export class Tables extends Construct {
  readonly state: TableV2;
  readonly history: TableV2;

  constructor(scope: Construct, id: string, { environment }: { readonly environment: string }) {
    super(scope, id);
    const names = tableNames(environment);
    this.state = this.#table('State', names.state);
    this.history = this.#table('History', names.history);
  }

  /**
   * Sets point-in-time recovery and deletion protection, which are off by default. The removal policy is Retain by
   * default.
   */
  #table(id: string, tableName: string): TableV2 {
    return new TableV2(this, id, {
      tableName,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      // DynamoDB's own key, which nobody can disable. A disabled key would stop every rollback at the fleet's lock.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
    });
  }
}
