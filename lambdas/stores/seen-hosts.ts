import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SeenHost } from '../../domain/host/inventory.ts';
import { seenKey, seenOf } from '../../domain/tables.ts';
import { queryItems } from './query-items.ts';

/** The hosts that were in the inventory, so that one that vanishes is missed. */
export type SeenHosts = {
  all(): Promise<readonly SeenHost[]>;
  /** Stores when a host was last in the inventory. */
  see(host: SeenHost): Promise<void>;
  forget(instanceId: string): Promise<void>;
};

export const seenHostsIn = (db: DynamoDBDocumentClient, table: string): SeenHosts => ({
  all: async () => (await queryItems(db, table, seenOf)).map(({ pk, sk, ...host }) => host as unknown as SeenHost),
  see: async (host) => {
    const Item = { ...seenKey(host.instance_id), ...host };
    await db.send(new PutCommand({ TableName: table, Item }));
  },
  forget: async (instanceId) => {
    await db.send(new DeleteCommand({ TableName: table, Key: seenKey(instanceId) }));
  },
});
