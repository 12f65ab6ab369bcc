import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Freeze } from '../../domain/brakes/brakes.ts';
import type { Preparation } from '../../domain/prepare/preparation.ts';
import { deployedKey, deployedPrefix, openKey } from '../../domain/tables.ts';
import type { DeployedVersion } from '../../domain/target/replaced-version.ts';
import { putIf } from './conditional-write.ts';

/** A version of a phase that was deployed to the hosts. */
export type Deployment = {
  readonly version: string;
  readonly at: string;
  /** Names of the hosts that got it: the canary group. Absent: every host did. */
  readonly hosts?: readonly string[];
};

export const mostRecent = 5;

/** A deployment as the pipeline records it, with the freeze that held at its instant, and its preparation if there was one. */
export type RecordedDeployment = Deployment & {
  /** The author and the approver of what was deployed, as the pipeline names them. */
  readonly author?: string;
  readonly approver?: string;
  readonly frozen?: Freeze;
  readonly prepared?: Pick<Preparation, 'state' | 'tag' | 'commit' | 'prepared_at'>;
  /** A person took the record back: the version was not deployed then. Only `newestIn` with `withdrawn` returns such a record. */
  readonly withdrawn?: Withdrawn;
};

/** The person who took a record back, when and why. `by`: the execution. */
export type Withdrawn = Readonly<Record<'operator' | 'reason' | 'at' | 'by', string>>;

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
    return (Items as RecordedDeployment[])
      .filter(({ at, withdrawn }) => at > after && !withdrawn)
      .map(({ version, at }) => ({ version, at }));
  },
});

/** Returns of a record what says which version was deployed when, and where. */
export const asDeployed = ({ version, at, hosts }: RecordedDeployment): Deployment => ({
  ...{ version, at },
  ...(hosts ? { hosts } : {}),
});

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

/**
 * Returns the newest deployments of a phase before an instant, newest first, with everything that is stored of each. `withdrawn`: also the
 * records that a person took back.
 */
export async function newestIn(
  db: DynamoDBDocumentClient,
  table: string,
  phase: number,
  { before, most, withdrawn }: { readonly before: string; readonly most: number; readonly withdrawn?: true },
): Promise<RecordedDeployment[]> {
  const found: RecordedDeployment[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await db.send(
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
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    const all = (page.Items ?? []).map(({ pk, sk, ...stored }) => stored as RecordedDeployment);
    found.push(...all.filter((one) => withdrawn || !one.withdrawn));
    start = page.LastEvaluatedKey; // a second page is read only beside a withdrawn record
  } while (start && found.length < most);
  return found.slice(0, most);
}
