import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { truthKey } from '../../domain/tables.ts';
import type { FleetTruth } from '../../domain/truth/fleet-truth.ts';
import type { Running } from '../../domain/witness/peers.ts';
import { queryItems } from './query-items.ts';

/**
 * Returns what the hosts run, by the newest comparison; undefined: none was made. A query, because the opening's role may query more
 * items with the same statement, and has no room for another.
 */
export const runningIn = (db: DynamoDBDocumentClient, table: string) => async (): Promise<Running | undefined> => {
  const [found] = await queryItems(db, table, truthKey.pk, truthKey.sk);
  return (found as FleetTruth | undefined)?.running;
};
