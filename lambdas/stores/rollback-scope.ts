import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Host } from '../../domain/host/host-verdict.ts';
import { frozenKey } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';
import type { Deployment } from './deployments.ts';

/** What a rollback acts on, as it was when it opened. Later changes in the account do not change it. */
export type RollbackScope = {
  readonly execution_arn: string;
  readonly hosts: readonly Host[];
  /** Hosts that should be rolled back and whose agent did not answer at the opening. */
  readonly not_online: readonly Host[];
  /** Hosts that earlier rollbacks of the phase passed by and that this one does not act on. */
  readonly still_away?: readonly Host[]; // absent where it was frozen by an earlier version
  /** As the input names them: nobody but these was asked for, and of the others nothing is known. null: the whole fleet. */
  readonly only_hosts: readonly string[] | null;
  /** The runbook's steps, and how many seconds each may take. */
  readonly steps: readonly { readonly name: string; readonly timeout: number }[];
  /** By document name: the version and hash that SendCommand must find. */
  readonly documents: Readonly<Record<string, { readonly version: string; readonly hash: string }>>;
  /** The phase's newest deployment before the rollback's start; null: none is on record. */
  readonly deployment: Deployment | null;
  /** ISO 8601 without fraction: rows newer than this are the corrupt ones. */
  readonly window_start: string;
  readonly deadline: string;
};

export type RollbackScopes = {
  read(rollback: string): Promise<RollbackScope | undefined>;
  /** Stores it unless an earlier try did; answers what is stored. */
  keep(rollback: string, scope: RollbackScope): Promise<RollbackScope>;
};

export function rollbackScopesIn(db: DynamoDBDocumentClient, table: string): RollbackScopes {
  const read = async (rollback: string) => {
    const { Item } = await db.send(
      new GetCommand({ TableName: table, Key: frozenKey(rollback), ConsistentRead: true }),
    );
    return Item as RollbackScope | undefined;
  };
  return {
    read,
    keep: async (rollback, scope) => {
      const Item = { ...frozenKey(rollback), ...scope };
      if (await putIf(db, { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' })) return scope;
      return (await read(rollback)) ?? scope;
    },
  };
}
