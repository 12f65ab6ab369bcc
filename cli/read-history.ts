import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { RollbackEvent } from '../domain/event.ts';
import type { KeptVerdict } from '../domain/host-reports.ts';
import type { RollbackRecord } from '../domain/record.ts';
import { eventsOf, hostsOf, recordKey, tableNames } from '../domain/tables.ts';
import type { Reached } from './clients.ts';

/** A rollback's RECORD; undefined if there is none. */
export async function readRecord({ db, name }: Reached, rollback: string): Promise<RollbackRecord | undefined> {
  const { Item } = await db.send(
    new GetCommand({ TableName: tableNames(name).history, Key: recordKey(rollback), ConsistentRead: true }),
  );
  if (!Item) return undefined;
  const { pk, sk, ...record } = Item;
  return record as RollbackRecord;
}

/** A rollback's events, in order. */
export const readEvents = (account: Reached, rollback: string): Promise<RollbackEvent[]> =>
  readAll<RollbackEvent>(account, eventsOf(rollback));

/** Every host's verdict on every step, a step at a time. */
export const readHosts = (account: Reached, rollback: string): Promise<KeptVerdict[]> =>
  readAll<KeptVerdict>(account, hostsOf(rollback));

async function readAll<T>({ db, name }: Reached, pk: string): Promise<T[]> {
  const found: T[] = [];
  const query = {
    TableName: tableNames(name).history,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client: db }, query))
    found.push(...Items.map(({ pk: _, sk, ...item }) => item as T));
  return found;
}
