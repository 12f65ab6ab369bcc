import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { KeptDecision } from '../../domain/history/decision-integrity.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import type { HostItem } from '../../domain/history/host-integrity.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { withoutIndex } from '../../domain/history/record-index.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import { inOrder, type StoredDecision } from '../../domain/proof/checked-decisions.ts';
import { decisionsPrefix, eventsOf, hostsOf, questionOf, recordKey, tableNames } from '../../domain/tables.ts';
import type { Connection } from './clients.ts';

/** A RECORD and its index attributes. `index` is empty until Reconcile has indexed a RECORD of an older version. */
export type StoredRecord = { readonly record: RollbackRecord; readonly index: Readonly<Record<string, unknown>> };

/** Returns a rollback's RECORD with its index attributes; undefined if there is none. */
export async function readStoredRecord({ db, name }: Connection, rollback: string): Promise<StoredRecord | undefined> {
  const { Item } = await db.send(
    new GetCommand({ TableName: tableNames(name).history, Key: recordKey(rollback), ConsistentRead: true }),
  );
  if (!Item) return undefined;
  const { pk, sk, ...item } = Item;
  const { fields, index } = withoutIndex(item);
  return { record: fields as RollbackRecord, index };
}

/** Returns a rollback's RECORD; undefined if there is none. */
export const readRecord = async (connection: Connection, rollback: string): Promise<RollbackRecord | undefined> =>
  (await readStoredRecord(connection, rollback))?.record;

/** Returns a rollback's events, in order. */
export const readEvents = (connection: Connection, rollback: string): Promise<RollbackEvent[]> =>
  readAll<RollbackEvent>(connection, tableNames(connection.name).history, eventsOf(rollback));

/** Returns every host's verdict on every step, step by step. */
export const readHosts = async (connection: Connection, rollback: string): Promise<KeptVerdict[]> =>
  (await readStoredHosts(connection, rollback)).hosts;

/** Returns every host's verdict on every step, step by step, and the items that hold them with all that is stored. */
export async function readStoredHosts(
  connection: Connection,
  rollback: string,
): Promise<{ readonly hosts: KeptVerdict[]; readonly hostItems: HostItem[] }> {
  const hostItems = await readItems(connection, tableNames(connection.name).history, hostsOf(rollback));
  return { hosts: hostItems.map(fieldsOf<KeptVerdict>), hostItems };
}

/** Returns the items of the decisions on a question, in order. Which of them count, see-execution.ts finds out. */
export async function readDecisions(
  connection: Connection,
  rollback: string,
  number: number,
): Promise<StoredDecision[]> {
  const { state } = tableNames(connection.name);
  const items = await readItems(connection, state, questionOf(rollback, number), decisionsPrefix);
  return inOrder(items.map(({ pk: _, sk, ...item }) => ({ sk: String(sk), item })));
}

/** Returns the items of the decisions on all questions of a rollback. */
export async function readEveryDecision(
  connection: Connection,
  { rollback_id, questions }: RollbackRecord,
): Promise<KeptDecision[]> {
  const read = async (number: number) =>
    (await readDecisions(connection, rollback_id, number)).map((one) => ({ number, ...one }));
  return (await Promise.all(questions.map(({ number }) => read(number)))).flat();
}

const readAll = async <T>(connection: Connection, table: string, pk: string): Promise<T[]> =>
  (await readItems(connection, table, pk)).map(fieldsOf<T>);

/** Returns a stored item without its key and its index attributes. */
const fieldsOf = <T>({ pk: _, sk: __, ...item }: Readonly<Record<string, unknown>>) => withoutIndex(item).fields as T;

async function readItems({ db }: Connection, TableName: string, pk: string, prefix = '') {
  const found: Record<string, unknown>[] = [];
  const query = {
    TableName,
    KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ...(prefix === '' ? {} : { ':prefix': prefix }) },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client: db }, query)) found.push(...Items);
  return found;
}
