import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { deployedKey, deployedPrefix, openKey } from '../domain/tables.ts';

/** A version of a phase that went to the hosts. */
export type Deployment = { readonly version: string; readonly at: string };

export type Deployments = {
  /** Told twice is stored once: the key is the instant. */
  record(phase: number, deployment: Deployment): Promise<void>;
  /** The newest deployment of a phase that was made before an instant. */
  newest(phase: number, before: string): Promise<Deployment | undefined>;
};

export const deploymentsIn = (db: DynamoDBDocumentClient, table: string): Deployments => ({
  record: async (phase, { version, at }) => {
    await db.send(new PutCommand({ TableName: table, Item: { ...deployedKey(phase, at), version, at } }));
  },
  newest: async (phase, before) => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':pk': openKey(phase).pk,
          ':first': deployedPrefix,
          ':last': `${deployedPrefix}${before}`,
        },
        ScanIndexForward: false,
        Limit: 1,
        ConsistentRead: true, // a deployment recorded a second ago is the likely culprit
      }),
    );
    const [found] = Items as Deployment[];
    return found && { version: found.version, at: found.at };
  },
});
