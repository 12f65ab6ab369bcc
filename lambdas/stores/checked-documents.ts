import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { checkedDocumentsKey } from '../../domain/tables.ts';
import { queryItems } from './query-items.ts';

/**
 * A document whose default version had this content when it was checked. `created`: when the document was created. While
 * Systems Manager lists it with this version and this date, nobody has changed or replaced it.
 */
export type CheckedDocument = {
  readonly sha256: string;
  readonly version: string;
  readonly hash: string;
  readonly created: string;
};

/** By document name. */
export type CheckedDocuments = Readonly<Record<string, CheckedDocument>>;

/** The documents that had the reviewed content at the newest check, so that a rollback need not read all their content. */
export type CheckedDocumentsStore = {
  read(): Promise<CheckedDocuments>;
  keep(documents: CheckedDocuments): Promise<void>;
};

export const checkedDocumentsIn = (db: DynamoDBDocumentClient, table: string): CheckedDocumentsStore => ({
  read: async () => {
    const [item] = await queryItems(db, table, checkedDocumentsKey.pk);
    return (item?.['documents'] ?? {}) as CheckedDocuments;
  },
  keep: async (documents) => {
    await db.send(new PutCommand({ TableName: table, Item: { ...checkedDocumentsKey, documents } }));
  },
});
