import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { unsentKey, unsentOf } from '../domain/tables.ts';
import { items } from './items.ts';

/** A message that SNS would not take. */
export type UnsentMessage = { readonly rollback: string; readonly message: string };

/** The messages that are still to be sent, by whoever finds SNS well again. */
export type Unsent = {
  all(): Promise<readonly UnsentMessage[]>;
  keep(message: UnsentMessage): Promise<void>;
  forget(message: UnsentMessage): Promise<void>;
};

export const unsentIn = (db: DynamoDBDocumentClient, table: string): Unsent => ({
  all: async () =>
    (await items(db, table, unsentOf)).map(({ rollback, message }) => ({
      rollback: String(rollback),
      message: String(message),
    })),
  keep: async ({ rollback, message }) => {
    await db.send(new PutCommand({ TableName: table, Item: { ...unsentKey(rollback, message), rollback, message } }));
  },
  forget: async ({ rollback, message }) => {
    await db.send(new DeleteCommand({ TableName: table, Key: unsentKey(rollback, message) }));
  },
});
