import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { BrakeEvent } from '../../domain/history/brake-event.ts';
import type { KeptDecision, KeptQuestion } from '../../domain/history/decision-integrity.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import type { HostItem } from '../../domain/history/host-integrity.ts';
import { type Indexing, isAllIndexed } from '../../domain/history/indexing.ts';
import { isOwnItem, type PlacedItem } from '../../domain/history/own-items.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { withoutIndex } from '../../domain/history/record-index.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import { inOrder, type StoredDecision } from '../../domain/proof/checked-decisions.ts';
import {
  brakesChain,
  eventsOf,
  frozenKey,
  hostsOf,
  indexingKey,
  type Key,
  lateKey,
  questionKey,
  questionOf,
  recordKey,
  tableNames,
  tokenKey,
} from '../../domain/tables.ts';
import type { Tables } from './clients.ts';

/** A RECORD and its index attributes. `index` is empty until Reconcile has indexed a RECORD of an older version. */
export type StoredRecord = { readonly record: RollbackRecord; readonly index: Readonly<Record<string, unknown>> };

/** The items of a rollback in the history table. */
export type RollbackItems = {
  /** Undefined: there is no RECORD. */
  readonly stored: StoredRecord | undefined;
  readonly events: RollbackEvent[];
  readonly hosts: KeptVerdict[];
  readonly hostItems: HostItem[];
  /** The keys of the items that no reader understands. */
  readonly strange: readonly Key[];
};

/** Reads the RECORD before the events: it is then of no more events than those. */
export async function readRollbackItems(connection: Tables, rollback: string): Promise<RollbackItems> {
  const records = await readParted(connection, rollback, recordKey(rollback).pk);
  const events = await readParted(connection, rollback, eventsOf(rollback));
  const hosts = await readParted(connection, rollback, hostsOf(rollback));
  return {
    stored: records.own.map(recordIn)[0],
    events: events.own.map(eventIn),
    hosts: hosts.own.map(fieldsOf<KeptVerdict>),
    hostItems: hosts.own,
    strange: [...records.strange, ...events.strange, ...hosts.strange],
  };
}

/** Returns the keys of a rollback's items in the state table that no reader understands, without those of decisions. */
export async function strangeInState(
  connection: Tables,
  rollback: string,
  questions: readonly number[],
): Promise<readonly Key[]> {
  const pks = [
    frozenKey(rollback).pk,
    lateKey(rollback, '').pk,
    ...questions.map((number) => tokenKey(rollback, number).pk),
  ];
  const table = tableNames(connection.name).state;
  const items = await Promise.all(pks.map((pk) => readItems(connection, { table, pk, attributes: 'pk, sk' })));
  return items.flat().filter((item) => !isOwnItem(rollback, item));
}

/** Whether Reconcile has given index attributes to every item that an older version of the product stored. */
export async function readIsAllIndexed({ db, name }: Tables): Promise<boolean> {
  const { Item } = await db.send(
    new GetCommand({ TableName: tableNames(name).state, Key: indexingKey, ConsistentRead: true }),
  );
  return isAllIndexed(Item as Indexing | undefined);
}

/** Returns a rollback's RECORD with its index attributes; undefined if there is none. */
export async function readStoredRecord({ db, name }: Tables, rollback: string): Promise<StoredRecord | undefined> {
  const { Item } = await db.send(
    new GetCommand({ TableName: tableNames(name).history, Key: recordKey(rollback), ConsistentRead: true }),
  );
  return Item ? recordIn(Item as PlacedItem) : undefined;
}

function recordIn({ pk: _, sk: __, ...item }: PlacedItem): StoredRecord {
  const { fields, index } = withoutIndex(item);
  return { record: fields as RollbackRecord, index };
}

/** Returns a rollback's RECORD; undefined if there is none. */
export const readRecord = async (connection: Tables, rollback: string): Promise<RollbackRecord | undefined> =>
  (await readStoredRecord(connection, rollback))?.record;

/** Returns a rollback's events, in order. */
export const readEvents = async (connection: Tables, rollback: string): Promise<RollbackEvent[]> =>
  (await readParted(connection, rollback, eventsOf(rollback))).own.map(eventIn);

/** An event that lost its detail reads as one with an empty detail: its hash shows that it was changed. */
const eventIn = (item: PlacedItem): RollbackEvent => {
  const event = fieldsOf<RollbackEvent>(item);
  return typeof event.detail === 'object' && event.detail !== null ? event : { ...event, detail: {} };
};

/** Returns every host's verdict on every step, step by step. */
export const readHosts = async (connection: Tables, rollback: string): Promise<KeptVerdict[]> =>
  (await readStoredHosts(connection, rollback)).hosts;

/** Returns every host's verdict on every step, step by step, and the items that hold them with all that is stored. */
export async function readStoredHosts(
  connection: Tables,
  rollback: string,
): Promise<Pick<RollbackItems, 'hosts' | 'hostItems'>> {
  const { own } = await readParted(connection, rollback, hostsOf(rollback));
  return { hosts: own.map(fieldsOf<KeptVerdict>), hostItems: own };
}

/**
 * Returns the items of the decisions on a question, in order, and of whatever else lies there. Which of them count,
 * see-execution.ts finds out.
 */
export async function readDecisions(connection: Tables, rollback: string, number: number): Promise<StoredDecision[]> {
  const table = tableNames(connection.name).state;
  const items = await readItems(connection, { table, pk: questionOf(rollback, number) });
  return partedQuestion(items, questionKey(rollback, number).sk).decisions;
}

/** The items of all questions of a rollback, and of the decisions on them. */
export type QuestionItems = { readonly questions: KeptQuestion[]; readonly decisions: KeptDecision[] };

/** Reads the items of all questions that a rollback's events name. One Query per question. */
export async function readQuestionItems(
  connection: Tables,
  rollback: string,
  events: readonly RollbackEvent[],
): Promise<QuestionItems> {
  const table = tableNames(connection.name).state;
  const read = async (number: number) => {
    const items = await readItems(connection, { table, pk: questionOf(rollback, number) });
    return { number, ...partedQuestion(items, questionKey(rollback, number).sk) };
  };
  const all = await Promise.all(questionsIn(events).map(read));
  return {
    questions: all.map(({ number, question }) => ({ number, item: question })),
    decisions: all.flatMap(({ number, decisions }) => decisions.map((one) => ({ number, ...one }))),
  };
}

function partedQuestion(items: readonly PlacedItem[], questionSortKey: string) {
  const unkeyed = items.map(({ pk: _, sk, ...item }) => ({ sk: String(sk), item }));
  return {
    question: unkeyed.find(({ sk }) => sk === questionSortKey)?.item,
    decisions: inOrder(unkeyed.filter(({ sk }) => sk !== questionSortKey)),
  };
}

/** Returns the numbers of the questions that a rollback's events name. The RECORD is no witness of them: it is checked itself. */
export const questionsIn = (events: readonly RollbackEvent[]): number[] =>
  events.flatMap(({ type, detail }) =>
    type === 'Question asked' && Number.isInteger(detail['number']) ? [detail['number'] as number] : [],
  );

/** Returns a stored item without its key and its index attributes. */
const fieldsOf = <T>({ pk: _, sk: __, ...item }: Readonly<Record<string, unknown>>) => withoutIndex(item).fields as T;

/** Returns the items under a partition key of a rollback, and the keys of those that no reader understands. */
async function readParted(connection: Tables, rollback: string, pk: string) {
  const items = await readItems(connection, { table: tableNames(connection.name).history, pk });
  return {
    own: items.filter((item) => isOwnItem(rollback, item)),
    strange: items.filter((item) => !isOwnItem(rollback, item)).map(({ sk }) => ({ pk, sk })),
  };
}

/** Reads the history of the brakes. */
export async function readBrakeEvents(connection: Tables): Promise<BrakeEvent[]> {
  const partition = { table: tableNames(connection.name).history, pk: eventsOf(brakesChain) };
  return (await readItems(connection, partition)).map(({ pk: _, sk: __, ...event }) => event as unknown as BrakeEvent);
}

type Partition = { readonly table: string; readonly pk: string; readonly attributes?: string };

async function readItems({ db }: Tables, { table, pk, attributes }: Partition): Promise<PlacedItem[]> {
  const found: PlacedItem[] = [];
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
    ConsistentRead: true,
    ...(attributes === undefined ? {} : { ProjectionExpression: attributes }),
  };
  for await (const { Items = [] } of paginateQuery({ client: db }, query)) found.push(...(Items as PlacedItem[]));
  return found;
}
