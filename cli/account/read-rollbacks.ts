import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  type HistoryFilter,
  historyQuery,
  type IndexPlace,
  leadingFacet,
  type Part,
  passes,
} from '../../domain/history/history-query.ts';
import { type ListedItem as Item, isHostItem, isRecordItem } from '../../domain/history/listed-item.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { indexName, type RecordSummary, summaryOf } from '../../domain/history/record-index.ts';
import { hostsOf, type Key, recordKey, tableNames } from '../../domain/tables.ts';
import type { Tables } from './clients.ts';

/** A page of a list of rollbacks, newest first. */
export type RollbackPage = {
  readonly rollbacks: readonly RecordSummary[];
  /** The item behind which the next page begins; undefined: every rollback of the list has been read. */
  readonly next: IndexPlace | undefined;
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
  readonly after?: IndexPlace;
};

/**
 * Reads a page of the rollbacks that a filter lets through. The number of requests does not depend on the size of the
 * table: at most two Queries of one index; by host, one Query and one batch of RECORDs.
 */
export const readRollbacks = (connection: Tables, asked: Asked, most = bounds): Promise<RollbackPage> =>
  leadingFacet(asked.filter) === 'host'
    ? readByHost(connection, asked, most)
    : readByRecord(connection, asked, most.rollbacks);

async function readByRecord(
  connection: Tables,
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
    found.push(...items.filter(isRecordItem));
    strange.push(...items.filter((item) => !isRecordItem(item)).map(keyOf));
    read += count;
    last = lastRead;
    if (found.length > limit || last === undefined) break;
  }
  const page = found.slice(0, limit);
  const shown = page.at(-1);
  return {
    rollbacks: page.map(({ summary }) => summary as RecordSummary),
    next: found.length > limit && shown ? placeOf(shown) : last,
    read,
    withoutRecord: [],
    strange,
  };
}

/**
 * Returns the most items of the first and of the second Query. One more rollback than the page shows is read, because it
 * tells whether there are more.
 *
 * The first Query reads few items, because most filters let most rollbacks through.
 */
function partsOf({ name }: Tables, { filter, limit }: Asked, most: number): [number, number] {
  const isFiltered = historyQuery(tableNames(name).history, filter, { limit }).FilterExpression !== undefined;
  const first = (isFiltered ? 5 : 1) * (limit + 1);
  return [first, most - first];
}

async function readByHost(
  connection: Tables,
  { filter, limit, after }: Asked,
  most: Omit<typeof bounds, 'rollbacks'>,
): Promise<RollbackPage> {
  const part = { limit: most.hostItems, ...(after ? { after } : {}) };
  const { items, lastRead } = await query(connection, filter, part);
  // The page before may have ended in the middle of a rollback that it showed.
  const own = items.filter((item) => isHostItem(item) && item.pk !== after?.pk);
  const all = [...new Set(own.map(({ pk }) => pk.slice(hostsOf('').length)))];
  const ids = all.slice(0, most.records);
  const records = await batchGet(connection, ids);
  const found = ids.flatMap((id) => records.get(id) ?? []).filter((summary) => passes(filter, summary));
  const page = found.slice(0, limit);
  const lastShown = found.length > limit ? page.at(-1)?.rollback_id : undefined;
  const nextId = lastShown === undefined ? all[ids.length] : all[all.indexOf(lastShown) + 1];
  return {
    rollbacks: page,
    next: nextId === undefined ? lastRead : before(items, nextId),
    read: ids.length,
    withoutRecord: ids.filter((id) => !records.has(id)),
    strange: items.filter((item) => !isHostItem(item)).map(keyOf),
  };
}

/** Returns the place before the first item of a rollback: the next page begins with it, whatever lies behind. */
function before(items: readonly Item[], rollback: string): IndexPlace | undefined {
  const first = items.findIndex((item) => isHostItem(item) && item.pk === hostsOf(rollback));
  const last = items[first - 1];
  return last && placeOf(last);
}

const keyOf = ({ pk, sk }: Item): Key => ({ pk, sk });
const placeOf = ({ pk, sk, started }: Item): IndexPlace => ({ pk, sk, started });

async function query(connection: Tables, filter: HistoryFilter, part: Part) {
  const input = historyQuery(tableNames(connection.name).history, filter, part);
  try {
    const { Items = [], LastEvaluatedKey, ScannedCount = 0 } = await connection.db.send(new QueryCommand(input));
    return {
      items: Items as Item[],
      lastRead: LastEvaluatedKey && placeOf(LastEvaluatedKey as Item),
      count: ScannedCount,
    };
  } catch (error) {
    const sentence = indexSentence(error as Error, connection.name, filter) ?? tokenSentence(error as Error, part);
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

/** Returns the sentence for a place that DynamoDB refuses as the beginning of a page, such as one of another index. */
const tokenSentence = ({ name }: Error, { after }: Part): string | undefined =>
  after && name === 'ValidationException'
    ? 'The page token names no place in this list. Run the command again without --page to begin at the newest rollback.'
    : undefined;

const howToDeploy = 'docs/deploy.md#indexes-of-a-history-table-that-exists';

const mostTries = 4;

/** Returns the summaries of RECORDs by rollback. A RECORD of an older version may have no summary yet; it is made here. */
async function batchGet({ db, name }: Tables, ids: readonly string[]): Promise<Map<string, RecordSummary>> {
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
