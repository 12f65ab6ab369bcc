import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { unsentKey, unsentOf } from '../../domain/tables.ts';
import { queryItems } from './query-items.ts';

/** A message that SNS did not accept. */
type UnsentMessage = { readonly rollback: string; readonly message: string };
/** An unsent message with the template and values to send it again. */
export type KeptMessage = UnsentMessage & {
  readonly template: string;
  readonly values: Readonly<Record<string, string | number | null>>;
};

/** The messages that Reconcile sends once SNS accepts messages again. */
export type Unsent = {
  all(): Promise<readonly KeptMessage[]>;
  keep(message: KeptMessage): Promise<void>;
  forget(message: UnsentMessage): Promise<void>;
};

export const unsentIn = (db: DynamoDBDocumentClient, table: string): Unsent => ({
  all: async () => (await queryItems(db, table, unsentOf)).map(({ pk, sk, ...kept }) => kept as unknown as KeptMessage),
  keep: async (kept) => {
    await db.send(new PutCommand({ TableName: table, Item: { ...unsentKey(kept.rollback, kept.message), ...kept } }));
  },
  forget: async ({ rollback, message }) => {
    await db.send(new DeleteCommand({ TableName: table, Key: unsentKey(rollback, message) }));
  },
});
