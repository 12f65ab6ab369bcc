import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { owedTransitionsKey, sentTransitionsKey, transitionLinksKey, transitionsOwed } from '../../domain/tables.ts';
import type { ExportCursor } from './export-cursor.ts';
import { queryItems } from './query-items.ts';

/** The last link that was read. `since`: ISO 8601; no transition before it is ever published. */
export type LinksRead = ExportCursor & { readonly since: string };
/** A rollback whose transitions EventBridge may not have. `at`: when the link that says so was written. */
export type OwedTransitions = { readonly rollback: string; readonly at: string };

/** The place up to which each rollback's transitions are published. The history alone says which transitions there are. */
export type TransitionMarks = {
  linksRead(): Promise<LinksRead | undefined>;
  keepLinksRead(read: LinksRead): Promise<void>;
  owe(owed: OwedTransitions): Promise<void>;
  owed(): Promise<readonly OwedTransitions[]>;
  /** Forgets that a rollback is owed; does nothing if it is not. */
  settle(rollback: string): Promise<void>;
  /** Returns the sequence number of the rollback's last published event; 0 if none is. */
  sent(rollback: string): Promise<number>;
  keepSent(rollback: string, sequence: number): Promise<void>;
};

export function transitionMarksIn(db: DynamoDBDocumentClient, TableName: string): TransitionMarks {
  const read = async (Key: { readonly pk: string; readonly sk: string }) =>
    (await db.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const put = async (Item: Record<string, unknown>) => void (await db.send(new PutCommand({ TableName, Item })));
  return {
    linksRead: async () => {
      const { pk, sk, ...found } = (await read(transitionLinksKey)) ?? {};
      return pk === undefined ? undefined : (found as LinksRead);
    },
    keepLinksRead: (links) => put({ ...transitionLinksKey, ...links }),
    owe: ({ rollback, at }) => put({ ...owedTransitionsKey(rollback), rollback, at }),
    owed: async () => (await queryItems(db, TableName, transitionsOwed)) as unknown as readonly OwedTransitions[],
    settle: async (rollback) => {
      await db.send(new DeleteCommand({ TableName, Key: owedTransitionsKey(rollback) }));
    },
    sent: async (rollback) => Number((await read(sentTransitionsKey(rollback)))?.['sequence'] ?? 0),
    keepSent: (rollback, sequence) => put({ ...sentTransitionsKey(rollback), sequence }),
  };
}
