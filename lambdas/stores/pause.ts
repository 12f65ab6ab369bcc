import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Pause } from '../../domain/decision/situation.ts';
import { pauseKey } from '../../domain/tables.ts';

/** Who has paused automation, and why; null: nobody has. */
export const pauseIn = (db: DynamoDBDocumentClient, table: string) => async (): Promise<Pause | null> => {
  const { Item } = await db.send(new GetCommand({ TableName: table, Key: pauseKey, ConsistentRead: true }));
  if (!Item) return null;
  const { operator, reason, at } = Item as Pause;
  return { operator, reason, at };
};
