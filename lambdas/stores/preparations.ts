import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Preparation } from '../../domain/prepare/preparation.ts';
import { openKey, preparedKey, preparedPrefix } from '../../domain/tables.ts';
import { queryItems } from './query-items.ts';
import { readItem } from './read-item.ts';

/** The preparations of versions, in the state table. */
export type Preparations = {
  read(phase: number, version: string): Promise<Preparation | undefined>;
  /** Stores a preparation in the place of an earlier one of its version. */
  put(preparation: Preparation): Promise<void>;
  /** Returns every preparation of a phase, in no order. */
  of(phase: number): Promise<Preparation[]>;
};

export const preparationsIn = (db: DynamoDBDocumentClient, table: string): Preparations => ({
  read: async (phase, version) => {
    const found = await readItem(db, table, preparedKey(phase, version));
    return found && withoutKey(found);
  },
  put: async (preparation) => {
    const Item = { ...preparedKey(preparation.phase, preparation.version), ...preparation };
    await db.send(new PutCommand({ TableName: table, Item }));
  },
  of: async (phase) => (await queryItems(db, table, openKey(phase).pk, preparedPrefix)).map(withoutKey),
});

const withoutKey = ({ pk, sk, ...preparation }: Readonly<Record<string, unknown>>) =>
  preparation as unknown as Preparation;
