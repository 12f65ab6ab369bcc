import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Pause } from '../../domain/decision/situation.ts';
import { pauseKey } from '../../domain/tables.ts';

/** Returns who paused automation, when and why; null if it is not paused. */
export type ReadPause = () => Promise<Pause | null>;

export const pauseIn =
  (db: DynamoDBDocumentClient, table: string): ReadPause =>
  async () => {
    const { Item } = await db.send(new GetCommand({ TableName: table, Key: pauseKey, ConsistentRead: true }));
    if (!Item) return null;
    const { operator, reason, at } = Item as Pause;
    return { operator, reason, at };
  };
