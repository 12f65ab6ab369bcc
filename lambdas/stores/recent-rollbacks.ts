import { DeleteCommand, type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beganKey, beganPrefix, phaseOf } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';

/** A rollback that acts or has acted. Times are ISO 8601; `ended_at` is null until it has ended. */
type BegunRollback = {
  readonly rollback: string;
  readonly start_time: string;
  readonly ended_at: string | null;
};

/** The rollbacks of a phase that acted, for its budget and its cool-down. */
export type RecentRollbacks = {
  /** Stores that a rollback begins to act. Repeating it is harmless. */
  begin(phase: number, rollback: string, start_time: string): Promise<void>;
  /** Stores when a rollback ended; does nothing for a rollback that never began to act. */
  end(phase: number, rollback: string, start_time: string, at: string): Promise<void>;
  /** Removes a rollback that did not begin after all, because it could not be opened. */
  withdraw(phase: number, rollback: string, start_time: string): Promise<void>;
  /** Returns the rollbacks that started between two instants. */
  between(phase: number, from: string, to: string): Promise<readonly BegunRollback[]>;
};

export const recentRollbacksIn = (db: DynamoDBDocumentClient, table: string): RecentRollbacks => ({
  begin: async (phase, rollback, start_time) => {
    await putIf(db, {
      TableName: table,
      Item: { ...beganKey(phase, start_time, rollback), rollback, start_time, ended_at: null },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  },
  end: async (phase, rollback, start_time, at) => {
    await putIf(db, {
      TableName: table,
      Item: { ...beganKey(phase, start_time, rollback), rollback, start_time, ended_at: at },
      ConditionExpression: 'attribute_exists(pk)',
    });
  },
  withdraw: async (phase, rollback, start_time) => {
    await db.send(new DeleteCommand({ TableName: table, Key: beganKey(phase, start_time, rollback) }));
  },
  between: async (phase, from, to) => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': phaseOf(phase),
          ':from': `${beganPrefix}${from}`,
          ':to': `${beganPrefix}${to}~`, // ~ sorts behind every character of a rollback's id
        },
        ConsistentRead: true,
      }),
    );
    return Items as BegunRollback[];
  },
});
