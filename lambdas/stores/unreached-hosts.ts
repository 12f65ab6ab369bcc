import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Host } from '../../domain/host/host-verdict.ts';
import type { Severity } from '../../domain/severity.ts';
import { unreachedKey, unreachedOf } from '../../domain/tables.ts';
import { queryItems } from './query-items.ts';

/** A host that a rollback had to pass by, because its agent did not answer. */
export type UnreachedHost = Host & {
  readonly phase: number;
  readonly rollback: string;
  /** ISO 8601: when that rollback ended. */
  readonly since: string;
  /** ISO 8601: from when on its rows are suspect; those of the others are sound again. */
  readonly window_start: string;
  /** That rollback's, which the one that completes it has too. */
  readonly severity: Severity;
};

/** The hosts that are still to be rolled back, when they return. */
export type Unreached = {
  all(): Promise<readonly UnreachedHost[]>;
  keep(host: UnreachedHost): Promise<void>;
  /** Harmless for a host that is not kept. */
  forget(phase: number, instanceId: string): Promise<void>;
};

export const unreachedIn = (db: DynamoDBDocumentClient, table: string): Unreached => ({
  all: async () =>
    (await queryItems(db, table, unreachedOf)).map(({ pk, sk, ...host }) => host as unknown as UnreachedHost),
  keep: async (host) => {
    await db.send(
      new PutCommand({ TableName: table, Item: { ...unreachedKey(host.phase, host.instance_id), ...host } }),
    );
  },
  forget: async (phase, instanceId) => {
    await db.send(new DeleteCommand({ TableName: table, Key: unreachedKey(phase, instanceId) }));
  },
});
