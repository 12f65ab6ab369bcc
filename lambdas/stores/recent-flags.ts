import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { BrakeEvent } from '../../domain/history/brake-event.ts';
import { brakesChain, eventsOf } from '../../domain/tables.ts';

/** Returns the newest changes of flags by people, newest first. */
export type RecentFlags = () => Promise<readonly BrakeEvent[]>;

/** Newest events of the brakes that are read: nobody sets a flag so often within a watch window. */
const mostRead = 50;

export const recentFlagsIn =
  (db: DynamoDBDocumentClient, table: string): RecentFlags =>
  async () => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': eventsOf(brakesChain) },
        ScanIndexForward: false,
        Limit: mostRead,
        ConsistentRead: true,
      }),
    );
    return (Items as unknown as BrakeEvent[]).filter(({ type }) => type === 'Flag set');
  };
