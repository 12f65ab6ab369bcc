import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { DueTask } from '../../domain/follow-up/tasks.ts';
import { dueTaskKey, dueTasksOf } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';

/** The open tasks of follow-ups, for the reminders. The history alone decides whether a task is open. */
export type DueTasks = {
  /** Stores an open task unless it is stored already. */
  open(task: DueTask): Promise<void>;
  /** Returns every open task, by due time. */
  all(): Promise<readonly DueTask[]>;
  /** Stores that people were called. */
  told(task: DueTask, percent: number): Promise<void>;
  /** Removes a task; does nothing if it is not stored. */
  close(task: Pick<DueTask, 'due' | 'rollback' | 'number'>): Promise<void>;
};

export function dueTasksIn(db: DynamoDBDocumentClient, table: string): DueTasks {
  const keyOf = ({ due, rollback, number }: Pick<DueTask, 'due' | 'rollback' | 'number'>) =>
    dueTaskKey(due, rollback, number);
  return {
    open: async (task) => {
      const Item = { ...keyOf(task), ...task };
      await putIf(db, { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' });
    },
    all: async () => {
      const found: DueTask[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await db.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': dueTasksOf },
            ConsistentRead: true,
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        );
        found.push(...(page.Items ?? []).map(({ pk, sk, ...task }) => task as unknown as DueTask));
        start = page.LastEvaluatedKey;
      } while (start);
      return found;
    },
    told: async (task, percent) => {
      await db.send(new PutCommand({ TableName: table, Item: { ...keyOf(task), ...task, told: percent } }));
    },
    close: async (task) => {
      await db.send(new DeleteCommand({ TableName: table, Key: keyOf(task) }));
    },
  };
}
