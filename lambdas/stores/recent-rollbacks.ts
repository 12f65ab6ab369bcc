import { DeleteCommand, type DynamoDBDocumentClient, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { BegunRollback } from '../../domain/brakes/host-cap.ts';
import { beganKey, beganPrefix, phaseOf } from '../../domain/tables.ts';
import { conditionHolds, putIf } from './conditional-write.ts';

/** The rollbacks of a phase that acted, for its budget, its cool-down and the cap on hosts. */
export type RecentRollbacks = {
  /** Stores that a rollback begins to act. Repeating it is harmless. */
  begin(
    phase: number,
    rollback: string,
    start_time: string,
    begun?: Pick<BegunRollback, 'by' | 'hosts'>,
  ): Promise<void>;
  /** Stores when a rollback ended; does nothing for a rollback that never began to act. */
  end(phase: number, rollback: string, start_time: string, at: string): Promise<void>;
  /** Removes a rollback that did not begin after all, because it could not be opened. */
  withdraw(phase: number, rollback: string, start_time: string): Promise<void>;
  /** Returns the rollbacks that started between two instants. */
  between(phase: number, from: string, to: string): Promise<readonly BegunRollback[]>;
};

export function recentRollbacksIn(db: DynamoDBDocumentClient, table: string): RecentRollbacks {
  const between: RecentRollbacks['between'] = async (phase, from, to) => {
    const found: BegunRollback[] = [];
    const pages = paginateQuery(
      { client: db },
      {
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': phaseOf(phase),
          ':from': `${beganPrefix}${from}`,
          ':to': `${beganPrefix}${to}~`, // ~ sorts behind every character of a rollback's id
        },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) found.push(...(Items as BegunRollback[]));
    return found;
  };
  return {
    begin: async (phase, rollback, start_time, begun = {}) => {
      await putIf(db, {
        TableName: table,
        Item: { ...beganKey(phase, start_time, rollback), rollback, start_time, ...begun, ended_at: null },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
    },
    end: async (phase, rollback, start_time, at) => {
      await conditionHolds(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: beganKey(phase, start_time, rollback),
            UpdateExpression: 'SET ended_at = :at',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':at': at },
          }),
        ),
      );
    },
    withdraw: async (phase, rollback, start_time) => {
      await db.send(new DeleteCommand({ TableName: table, Key: beganKey(phase, start_time, rollback) }));
    },
    between,
  };
}
