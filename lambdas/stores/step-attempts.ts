import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { LostHost } from '../../domain/host/lost-hosts.ts';
import { attemptKey } from '../../domain/tables.ts';
import { queryItems } from './query-items.ts';
import { readItem } from './read-item.ts';

/** A step's newest attempt: its commands, and the instant at which it times out. */
export type Attempt = {
  readonly number: number;
  readonly verdict: 'running' | 'done' | 'failed' | 'stopped';
  readonly commands: readonly { readonly command_id: string; readonly instance_ids: readonly string[] }[];
  readonly gives_up_at: string;
  /** Hosts to which Systems Manager refused the command. Absent: none. */
  readonly lost?: readonly LostHost[];
};

export type Attempts = {
  read(rollback: string, step: string): Promise<Attempt | undefined>;
  write(rollback: string, step: string, attempt: Attempt): Promise<void>;
  /** Returns the steps and checks whose newest attempt has not ended. */
  running(rollback: string): Promise<readonly { readonly step: string; readonly attempt: Attempt }[]>;
};

export const attemptsIn = (db: DynamoDBDocumentClient, table: string): Attempts => ({
  read: async (rollback, step) => (await readItem(db, table, attemptKey(rollback, step))) as Attempt | undefined,
  write: async (rollback, step, attempt) => {
    await db.send(new PutCommand({ TableName: table, Item: { ...attemptKey(rollback, step), ...attempt } }));
  },
  running: async (rollback) => {
    const { pk, sk: prefix } = attemptKey(rollback, '');
    return (await queryItems(db, table, pk, prefix))
      .map(({ sk, ...attempt }) => ({ step: String(sk).slice(prefix.length), attempt: attempt as unknown as Attempt }))
      .filter(({ attempt }) => attempt.verdict === 'running');
  },
});
