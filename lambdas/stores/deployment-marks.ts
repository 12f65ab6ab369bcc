import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Watched } from '../../domain/decision/watched.ts';
import { deployedKey } from '../../domain/tables.ts';
import { conditionHolds } from './conditional-write.ts';
import { deploymentAt, mostRecent, newestIn, type RecordedDeployment } from './deployments.ts';

/** A deployment with what was found out about it later. */
export type StoredDeployment = RecordedDeployment & {
  /** The newest rollback that undid it. Absent: none has. */
  readonly rolled_back?: { readonly rollback: string; readonly at: string };
  /** The verdict after its watch window. Absent: it is not over, or an older version recorded the deployment. */
  readonly watched?: Watched;
};

/** The findings about deployments, stored with each. */
export type DeploymentMarks = {
  /** Returns the deployment of a phase at an instant. */
  at(phase: number, at: string): Promise<StoredDeployment | undefined>;
  /** Returns the newest deployments of a phase before an instant, newest first, at most `mostRecent`. */
  recent(phase: number, before: string): Promise<StoredDeployment[]>;
  /** Returns them with the records that a person took back. */
  withWithdrawn(phase: number, before: string): Promise<StoredDeployment[]>;
  /** Adds what was found out about a deployment; does nothing if none is stored for that instant. */
  mark(
    phase: number,
    at: string,
    found: Partial<Pick<StoredDeployment, 'rolled_back' | 'watched' | 'withdrawn'>>,
  ): Promise<void>;
};

export const deploymentMarksIn = (db: DynamoDBDocumentClient, table: string): DeploymentMarks => ({
  at: (phase, at) => deploymentAt(db, table, phase, at),
  recent: (phase, before) => newestIn(db, table, phase, { before, most: mostRecent }),
  withWithdrawn: (phase, before) => newestIn(db, table, phase, { before, most: mostRecent, withdrawn: true }),
  mark: async (phase, at, found) => {
    for (const [name, value] of Object.entries(found))
      await conditionHolds(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: deployedKey(phase, at),
            UpdateExpression: 'SET #name = :value',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeNames: { '#name': name },
            ExpressionAttributeValues: { ':value': value },
          }),
        ),
      );
  },
});
