import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { RollbackEvent } from '../../domain/history/event.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import type { Decision } from '../../domain/question/resolution.ts';
import { decisionsPrefix, eventsOf, hostsOf, questionOf, recordKey, tableNames } from '../../domain/tables.ts';
import type { Connection } from './clients.ts';

/** A rollback's RECORD; undefined if there is none. */
export async function readRecord({ db, name }: Connection, rollback: string): Promise<RollbackRecord | undefined> {
  const { Item } = await db.send(
    new GetCommand({ TableName: tableNames(name).history, Key: recordKey(rollback), ConsistentRead: true }),
  );
  if (!Item) return undefined;
  const { pk, sk, ...record } = Item;
  return record as RollbackRecord;
}

/** A rollback's events, in order. */
export const readEvents = (account: Connection, rollback: string): Promise<RollbackEvent[]> =>
  readAll<RollbackEvent>(account, tableNames(account.name).history, eventsOf(rollback));

/** Every host's verdict on every step, a step at a time. */
export const readHosts = (account: Connection, rollback: string): Promise<KeptVerdict[]> =>
  readAll<KeptVerdict>(account, tableNames(account.name).history, hostsOf(rollback));

/** What was written about a question, in order: it counts from then on, before its rollback says so in its history. */
export const readDecisions = (account: Connection, rollback: string, number: number): Promise<Decision[]> =>
  readAll<Decision>(account, tableNames(account.name).state, questionOf(rollback, number), decisionsPrefix);

async function readAll<T>({ db }: Connection, TableName: string, pk: string, prefix = ''): Promise<T[]> {
  const found: T[] = [];
  const query = {
    TableName,
    KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ...(prefix === '' ? {} : { ':prefix': prefix }) },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client: db }, query))
    found.push(...Items.map(({ pk: _, sk, ...item }) => item as T));
  return found;
}
