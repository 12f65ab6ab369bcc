import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { fenceKey, filesKey, lockKey, truthKey } from '../../domain/tables.ts';
import type { FileFindings } from '../../domain/truth/file-findings.ts';
import { type FleetTruth, noTruth } from '../../domain/truth/fleet-truth.ts';
import { readItem } from './read-item.ts';

/** The findings about the hosts of the fleet, in the state table. */
export type FleetTruths = { read(): Promise<FleetTruth>; put(truth: FleetTruth): Promise<void> };

/** The findings of the newest check that read all files. `read` returns null if there was none. */
export type FileFindingsStore = { read(): Promise<FileFindings | null>; put(findings: FileFindings): Promise<void> };

export const fileFindingsIn = (db: DynamoDBDocumentClient, table: string): FileFindingsStore => ({
  read: async () => {
    const { pk, sk, ...found } = (await readItem(db, table, filesKey)) ?? {};
    return pk === undefined ? null : (found as unknown as FileFindings);
  },
  put: async (findings) => {
    await db.send(new PutCommand({ TableName: table, Item: { ...filesKey, ...findings } }));
  },
});

export const fleetTruthsIn = (db: DynamoDBDocumentClient, table: string): FleetTruths => ({
  read: async () => {
    const { pk, sk, ...found } = (await readItem(db, table, truthKey)) ?? {};
    return pk === undefined ? noTruth : (found as unknown as FleetTruth);
  },
  put: async (truth) => {
    await db.send(new PutCommand({ TableName: table, Item: { ...truthKey, ...truth } }));
  },
});

/**
 * The rollback that holds the fleet, null if none does, and the number of times that the fleet was taken. `since`: ISO 8601; absent:
 * nobody holds it.
 */
export type FleetHold = { readonly holder: string | null; readonly since?: string; readonly fence: number };

export async function fleetHoldIn(db: DynamoDBDocumentClient, table: string, fleet: string): Promise<FleetHold> {
  const [lock, fence] = await Promise.all([readItem(db, table, lockKey(fleet)), readItem(db, table, fenceKey(fleet))]);
  const held = lock ? { since: String(lock['taken_at']) } : {};
  return { holder: lock ? String(lock['rollback']) : null, ...held, fence: Number(fence?.['fence'] ?? 0) };
}
