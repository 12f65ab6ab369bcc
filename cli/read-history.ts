import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { RollbackEvent } from '../domain/event.ts';
import type { RollbackRecord } from '../domain/record.ts';
import { eventsOf, recordKey, tableNames } from '../domain/tables.ts';
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
export async function readEvents({ db, name }: Reached, rollback: string): Promise<RollbackEvent[]> {
  const found: RollbackEvent[] = [];
  const query = {
    TableName: tableNames(name).history,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': eventsOf(rollback) },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client: db }, query))
    found.push(...Items.map(({ pk, sk, ...event }) => event as RollbackEvent));
  return found;
}
