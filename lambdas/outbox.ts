import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Happened } from '../domain/event.ts';
import { lateKey, latePrefix } from '../domain/tables.ts';
import type { StoredVerdict } from './history.ts';

/** What the history table would not take, waiting in the state table until it does. */
export type Late = { readonly sk: string; readonly rollback: string } & (
  | { readonly kind: 'event'; readonly happened: Happened }
  | { readonly kind: 'host'; readonly step: string; readonly verdict: StoredVerdict }
);

export type Outbox = {
  keep(late: Omit<Extract<Late, { kind: 'event' }>, 'sk'> | Omit<Extract<Late, { kind: 'host' }>, 'sk'>): Promise<void>;
  /** In the order they happened. */
  read(rollback: string): Promise<readonly Late[]>;
  drop(late: Late): Promise<void>;
};

export const outboxIn = (db: DynamoDBDocumentClient, table: string): Outbox => ({
  keep: async (late) => {
    const key = lateKey(
      late.rollback,
      late.kind === 'event'
        ? `1#${late.happened.at}#${late.happened.id}`
        : `2#${late.step}#${late.verdict.instance_id}`,
    );
    await db.send(new PutCommand({ TableName: table, Item: { ...key, ...late } }));
  },
  read: async (rollback) => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': lateKey(rollback, '').pk, ':prefix': latePrefix },
        ConsistentRead: true,
      }),
    );
    return Items as Late[];
  },
  drop: async ({ rollback, sk }) => {
    await db.send(new DeleteCommand({ TableName: table, Key: { pk: lateKey(rollback, '').pk, sk } }));
  },
});
