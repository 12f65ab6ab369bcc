import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Freeze } from '../../domain/brakes/brakes.ts';
import type { Preparation } from '../../domain/prepare/preparation.ts';
import { deployedKey, deployedPrefix, openKey } from '../../domain/tables.ts';
import type { DeployedVersion } from '../../domain/target/replaced-version.ts';
import { putIf } from './conditional-write.ts';

/** A version of a phase that was deployed to the hosts. */
export type Deployment = { readonly version: string; readonly at: string };

export const mostRecent = 5;

/** A deployment as the pipeline records it, with the freeze that held at its instant, and its preparation if there was one. */
export type RecordedDeployment = Deployment & {
  /** The author and the approver of what was deployed, as the pipeline names them. */
  readonly author?: string;
  readonly approver?: string;
  readonly frozen?: Freeze;
  readonly prepared?: Pick<Preparation, 'state' | 'tag' | 'commit' | 'prepared_at'>;
};

export type Deployments = {
  /** Stores a deployment unless one is stored for that instant; returns the stored one. */
  record(phase: number, deployment: RecordedDeployment): Promise<RecordedDeployment>;
  /** Returns the newest deployments of a phase before an instant with what is known of each, newest first, at most `mostRecent`. */
  recent(phase: number, before: string): Promise<DeployedVersion[]>;
  /** Returns the newest deployment of a phase before an instant. */
  newest(phase: number, before: string): Promise<Deployment | undefined>;
  /** Returns the deployments of a phase after an instant and up to another, oldest first. */
  between(phase: number, after: string, upTo: string): Promise<Deployment[]>;
};

export const deploymentsIn = (db: DynamoDBDocumentClient, table: string): Deployments => ({
  recent: (phase, before) => newestIn(db, table, phase, { before, most: mostRecent }),
  newest: async (phase, before) => (await newestIn(db, table, phase, { before, most: 1 })).map(asDeployed)[0],
  record: async (phase, deployment) => {
    const Item = { ...deployedKey(phase, deployment.at), ...deployment };
    if (await putIf(db, { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' })) return deployment;
    return (await deploymentAt(db, table, phase, deployment.at)) ?? deployment;
  },
  between: async (phase, after, upTo) => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':pk': openKey(phase).pk,
          ':first': `${deployedPrefix}${after}`,
          ':last': `${deployedPrefix}${upTo}`,
        },
        Limit: 20, // a phase is deployed a few times per hour at most
        ConsistentRead: true,
      }),
    );
    return (Items as Deployment[]).filter(({ at }) => at > after).map(({ version, at }) => ({ version, at }));
  },
});

const asDeployed = ({ version, at }: RecordedDeployment): Deployment => ({ version, at });

/** Returns what is stored of the deployment of a phase at an instant. */
export async function deploymentAt(
  db: DynamoDBDocumentClient,
  table: string,
  phase: number,
  at: string,
): Promise<RecordedDeployment | undefined> {
  const Key = deployedKey(phase, at);
  const { Item } = await db.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
  const { pk, sk, ...stored } = Item ?? {};
  return Item && (stored as unknown as RecordedDeployment);
}

/** Returns the newest deployments of a phase before an instant, newest first, with everything that is stored of each. */
export async function newestIn(
  db: DynamoDBDocumentClient,
  table: string,
  phase: number,
  { before, most }: { readonly before: string; readonly most: number },
): Promise<RecordedDeployment[]> {
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
      Limit: most,
      ConsistentRead: true, // a deployment recorded a second ago is the likely cause
    }),
  );
  return Items.map(({ pk, sk, ...stored }) => stored as RecordedDeployment);
}
