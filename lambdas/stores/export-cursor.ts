import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { exportCursorKey } from '../../domain/tables.ts';

/** The last link that is exported. */
export type ExportCursor = {
  readonly month: string;
  readonly sequence: number;
  /** Whether that link closed its month. */
  readonly closed: boolean;
};

/** Before the first month. */
export const firstCursor: ExportCursor = { month: '0', sequence: 0, closed: true };

export type ExportCursors = {
  read(): Promise<ExportCursor | undefined>;
  keep(cursor: ExportCursor): Promise<void>;
};

export const exportCursorIn = (db: DynamoDBDocumentClient, TableName: string): ExportCursors => ({
  read: async () => {
    const { Item } = await db.send(new GetCommand({ TableName, Key: exportCursorKey, ConsistentRead: true }));
    if (!Item) return undefined;
    const { pk, sk, ...cursor } = Item;
    return cursor as ExportCursor;
  },
  keep: async (cursor) => {
    await db.send(new PutCommand({ TableName, Item: { ...exportCursorKey, ...cursor } }));
  },
});
