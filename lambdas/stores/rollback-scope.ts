import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Host } from '../../domain/host/host-verdict.ts';
import { frozenKey } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';
import type { Deployment } from './deployments.ts';

/**
 * Hosts, documents and rows that a rollback acts on, frozen when it opened. Later changes in the account do not change
 * it.
 */
export type RollbackScope = {
  readonly execution_arn: string;
  readonly hosts: readonly Host[];
  /** Hosts to roll back that were not online in Systems Manager at the opening. */
  readonly not_online: readonly Host[];
  /**
   * Hosts that earlier rollbacks of the phase could not reach and that this one does not act on. Absent in scopes that
   * an earlier version has stored.
   */
  readonly still_away?: readonly Host[];
  /** The hosts that the input names; the rollback acts on no other. null: the whole fleet. */
  readonly only_hosts: readonly string[] | null;
  /** The runbook's steps, with the timeout of each in seconds. */
  readonly steps: readonly { readonly name: string; readonly timeout: number }[];
  /** The version and hash that SendCommand requires, by document name. */
  readonly documents: Readonly<Record<string, { readonly version: string; readonly hash: string }>>;
  /** The phase's newest deployment before the rollback's start; null: none is on record. */
  readonly deployment: Deployment | null;
  /** ISO 8601 without fraction: rows newer than this are the corrupt ones. */
  readonly window_start: string;
  readonly deadline: string;
};

export type RollbackScopes = {
  read(rollback: string): Promise<RollbackScope | undefined>;
  /** Stores a scope unless an earlier call has; returns the stored one. */
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
