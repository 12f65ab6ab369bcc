import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  type HistoryFilter,
  historyQuery,
  leadingFacet,
  type Part,
  passes,
} from '../../domain/history/history-query.ts';
import { type ListedItem as Item, isHostItem, isRecordItem } from '../../domain/history/listed-item.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { indexName, type RecordSummary, summaryOf } from '../../domain/history/record-index.ts';
import { hostsOf, type Key, recordKey, tableNames } from '../../domain/tables.ts';
import type { Connection } from './clients.ts';

/** A page of a list of rollbacks, newest first. */
export type RollbackPage = {
  readonly rollbacks: readonly RecordSummary[];
  /** The `started` behind which the next page begins; undefined: every rollback of the list has been read. */
  readonly next: string | undefined;
  /** The number of the index's rollbacks that were read for this page, before the other filters. */
  readonly read: number;
  /** Rollbacks with a report of the host, but without a RECORD: it was never stored, or somebody deleted it. */
  readonly withoutRecord: readonly string[];
  /** Keys of items in the index that are no RECORD, or no HOST item of this host, of this product. They are not listed. */
  readonly strange: readonly Key[];
};

/** The most that is read for a page. */
const bounds = {
  /** Rollbacks of an index: some 1 MB of summaries. */
  rollbacks: 1500,
  /** HOST items of the index by host: 0.3 MB of keys. A rollback has one for each of its steps and checks. */
  hostItems: 1000,
  /** RECORDs behind those items. BatchGetItem's limit; 0.4 MB, because a RECORD seldom has more than 4 KB. */
  records: 100,
};

type Asked = {
  readonly filter: HistoryFilter;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
};

/**
 * Reads a page of the rollbacks that a filter lets through. The number of requests does not depend on the size of the
 * table: at most two Queries of one index; by host, one Query and one batch of RECORDs.
 */
export const readRollbacks = (connection: Connection, asked: Asked, most = bounds): Promise<RollbackPage> =>
  leadingFacet(asked.filter) === 'host'
    ? readByHost(connection, asked, most)
    : readByRecord(connection, asked, most.rollbacks);

async function readByRecord(
  connection: Connection,
  { filter, limit, after }: Asked,
  mostRollbacks: number,
): Promise<RollbackPage> {
  const found: Item[] = [];
  const strange: Key[] = [];
  let read = 0;
  let last = after;
  for (const most of partsOf(connection, { filter, limit }, mostRollbacks)) {
    const { items, lastRead, count } = await query(connection, filter, {
      limit: most,
      ...(last ? { after: last } : {}),
    });
    const fresh = items.filter(({ started }) => started !== last);
    found.push(...fresh.filter(isRecordItem));
    strange.push(...fresh.filter((item) => !isRecordItem(item)).map(keyOf));
    read += count;
    last = lastRead;
    if (found.length > limit || last === undefined) break;
  }
  const page = found.slice(0, limit);
  return {
    rollbacks: page.map(({ summary }) => summary as RecordSummary),
    next: found.length > limit ? page.at(-1)?.started : last,
    read,
    withoutRecord: [],
    strange,
  };
}

/**
 * Returns the most items of the first and of the second Query. One more rollback than the page shows is read, because it
 * tells whether there are more, and one that the page before showed.
 *
 * The first Query reads few items, because most filters let most rollbacks through.
 */
function partsOf({ name }: Connection, { filter, limit }: Asked, most: number): [number, number] {
  const isFiltered = historyQuery(tableNames(name).history, filter, { limit }).FilterExpression !== undefined;
  const first = (isFiltered ? 5 : 1) * (limit + 1) + 1;
  return [first, most - first];
}

async function readByHost(
  connection: Connection,
  { filter, limit, after }: Asked,
  most: Omit<typeof bounds, 'rollbacks'>,
): Promise<RollbackPage> {
  const part = { limit: most.hostItems, ...(after ? { after } : {}) };
  const { items, lastRead } = await query(connection, filter, part);
  const ends = new Map(
    items.filter(isHostItem).map(({ pk, started }) => [pk.slice(hostsOf('').length), endOfRollback(started)]),
  );
  const ids = [...ends.keys()].slice(0, most.records);
  const records = await batchGet(connection, ids);
  const found = ids.flatMap((id) => records.get(id) ?? []).filter((summary) => passes(filter, summary));
  const page = found.slice(0, limit);
  const lastShown = found.length > limit ? page.at(-1)?.rollback_id : undefined;
  const isAll = lastRead === undefined && ids.length === ends.size;
  return {
    rollbacks: page,
    next: lastShown !== undefined || !isAll ? (ends.get(lastShown ?? ids.at(-1) ?? '') ?? lastRead) : undefined,
    read: ids.length,
    withoutRecord: ids.filter((id) => !records.has(id)),
    strange: items.filter((item) => !isHostItem(item)).map(keyOf),
  };
}

/** Returns the `started` that sorts before every step of a HOST item's rollback and behind every older rollback. */
const endOfRollback = (started: string) => started.slice(0, started.lastIndexOf('#') + 1);

const keyOf = ({ pk, sk }: Item): Key => ({ pk, sk });

async function query(connection: Connection, filter: HistoryFilter, part: Part) {
  const input = historyQuery(tableNames(connection.name).history, filter, part);
  try {
    const { Items = [], LastEvaluatedKey, ScannedCount = 0 } = await connection.db.send(new QueryCommand(input));
    return {
      items: Items as Item[],
      lastRead: LastEvaluatedKey?.['started'] as string | undefined,
      count: ScannedCount,
    };
  } catch (error) {
    const sentence = indexSentence(error as Error, connection.name, filter);
    throw sentence === undefined ? error : new Error(sentence, { cause: error });
  }
}

/** Returns the sentence for an error that only concerns the index of a filter; undefined for every other error. */
function indexSentence({ name, message }: Error, environment: string, filter: HistoryFilter): string | undefined {
  const index = `${indexName(leadingFacet(filter))} of table ${tableNames(environment).history}`;
  if (name === 'AccessDeniedException')
    return `You may not read index ${index} (${message}). Each of the policies rollback-${environment}-operator, -approver and -auditor allows it: docs/decisions/what-people-may-do.md`;
  if (/backfilling/i.test(message))
    return `DynamoDB still fills index ${index}. Wait until it is ACTIVE, or filter by a field whose index is: ${howToDeploy}`;
  if (/specified index/i.test(message))
    return `There is no index ${index} yet. Deploy it, or filter by a field whose index exists: ${howToDeploy}`;
  return undefined;
}

const howToDeploy = 'docs/deploy.md#indexes-of-a-history-table-that-exists';

const mostTries = 4;

/** Returns the summaries of RECORDs by rollback. A RECORD of an older version may have no summary yet; it is made here. */
async function batchGet({ db, name }: Connection, ids: readonly string[]): Promise<Map<string, RecordSummary>> {
  const table = tableNames(name).history;
  const found = new Map<string, RecordSummary>();
  let keys: Record<string, unknown>[] = ids.map(recordKey);
  for (let tries = 0; keys.length > 0; tries += 1) {
    if (tries === mostTries)
      throw new Error(`DynamoDB throttles reads of table ${table}. Run the command again in a minute.`);
    if (tries > 0) await sleep(100 * 2 ** tries); // 0.2 to 0.8 s
    const { Responses, UnprocessedKeys } = await db.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: keys } } }),
    );
    for (const item of Responses?.[table] ?? []) {
      const record = item as RollbackRecord & { readonly summary?: RecordSummary };
      found.set(record.rollback_id, record.summary ?? summaryOf(record));
    }
    keys = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return found;
}
