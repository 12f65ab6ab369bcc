import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { historyQuery, type IndexPlace } from '../../domain/history/history-query.ts';
import { nextMonth } from '../../domain/history/link.ts';
import { isRecordItem, type ListedItem } from '../../domain/history/listed-item.ts';
import { type Contribution, type DeploymentFailure, sameCounters } from '../../domain/statistics/contribution.ts';
import { type Counters, minus, plus } from '../../domain/statistics/counters.ts';
import { countedUpTo, type MonthState, monthStates, type UpTo } from '../../domain/statistics/progress.ts';
import {
  countedKey,
  countedUpToKey,
  countersKey,
  failureKey,
  failuresOf,
  type Key,
  monthStateKey,
  statisticsOf,
} from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';
import { queryItems } from './query-items.ts';

/** The monthly counters in the history table. */
export type Statistics = {
  /** Returns how far the links are counted (undefined: not begun), and the state of every month that was rebuilt. */
  progress(): Promise<{ readonly upTo: UpTo | undefined; readonly months: readonly MonthState[] }>;
  keepUpTo(upTo: UpTo): Promise<void>;
  keepMonth(state: MonthState): Promise<void>;
  /**
   * Makes a generation of counters contain this contribution once, in place of an older one. Any number of callers may
   * repeat it, in any order.
   */
  count(contribution: Contribution, generation: number): Promise<void>;
  /** Stores a failure of a deployment, and returns all failures of the same deployment. */
  addFailure(failure: DeploymentFailure): Promise<readonly DeploymentFailure[]>;
  /** Returns the failures of every deployment of a month. */
  failures(month: string): Promise<readonly DeploymentFailure[]>;
  /** Returns some rollbacks that started in a month, by its index; `after` undefined: from the beginning. */
  rollbacks(month: string, mode: string, after: string | undefined): Promise<RollbackPage>;
};
type RollbackPage = { readonly ids: readonly string[]; readonly next: string | undefined };

/** As many rollbacks as Reconcile counts in some seconds. */
const rollbacksPerPage = 50;

export function statisticsIn(db: DynamoDBDocumentClient, table: string): Statistics {
  const put = async (item: Record<string, unknown>) =>
    void (await db.send(new PutCommand({ TableName: table, Item: item })));
  return {
    progress: async () => {
      const items = await queryItems(db, table, statisticsOf);
      return { upTo: countedUpTo(items), months: monthStates(items) };
    },
    keepUpTo: (upTo) => put({ ...countedUpToKey, ...upTo }),
    keepMonth: (state) => put({ ...monthStateKey(state.month), ...state }),
    count: (contribution, generation) => count({ db, table }, contribution, generation),
    addFailure: async (failure) => {
      const key = failureKey(failure.phase, failure.deployed_at, failure.rollback);
      await putNewer({ db, table }, { ...key, ...failure }, 'events');
      const all = await queryItems(db, table, key.pk, `${failure.phase}#${failure.deployed_at}#`);
      return all as unknown as readonly DeploymentFailure[];
    },
    failures: async (month) =>
      (await queryItems(db, table, failuresOf(month))) as unknown as readonly DeploymentFailure[],
    rollbacks: async (month, mode, after) => {
      const part = { limit: rollbacksPerPage, ...partAfter(after) };
      const filter = { mode, from: month, to: part.to ?? nextMonth(month) };
      const { Items = [], LastEvaluatedKey } = await db.send(new QueryCommand(historyQuery(table, filter, part)));
      const ids = (Items as ListedItem[]).filter(isRecordItem).map(({ summary }) => summary?.rollback_id as string);
      return { ids, next: LastEvaluatedKey && placeText(LastEvaluatedKey as IndexPlace) };
    },
  };
}

/** A place in an index as the progress stores it. */
const placeText = ({ pk, sk, started }: IndexPlace): string => JSON.stringify({ pk, sk, started });

/** Returns where a part begins. An older version stored `started` alone: that item is read once more, and counted once. */
function partAfter(after: string | undefined): { readonly after?: IndexPlace; readonly to?: string } {
  if (after === undefined) return {};
  return after.startsWith('{') ? { after: JSON.parse(after) as IndexPlace } : { to: after };
}

type Table = { readonly db: DynamoDBDocumentClient; readonly table: string };

/** The counters of a cell, and the contribution that was counted last. */
type StoredCell = { readonly version: number; readonly counters: Counters; readonly last: Counted };
/** A contribution as the counters have it. `version`: the cell's after it was counted. */
type Counted = { readonly of: string; readonly events: number; readonly counters: Counters; readonly version: number };

/** A writer that loses reads the cell again. 50 tries outlast any number of writers of this product. */
const tries = 50;

/**
 * Counts a contribution once, without a transaction.
 *
 * One conditional put changes the counters and names the contribution in `last`. Its own item, which shows what is counted
 * of it, follows. A function that is stopped in between leaves it to the next one that counts in this cell: that one
 * first writes the item of `last`. So nothing is counted twice, and nothing half.
 */
async function count(store: Table, contribution: Contribution, generation: number): Promise<void> {
  const { of, cell, events, counters } = contribution;
  const key = countersKey(cell, generation);
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const stored = (await read(store, key)) as StoredCell | undefined;
    if (stored) await keepCounted(store, stored.last, generation);
    const before = (await read(store, countedKey(of, generation))) as Counted | undefined;
    if (before && (before.events > events || sameCounters(before.counters, counters))) return;
    const version = (stored?.version ?? 0) + 1;
    const last: Counted = { of, events, counters, version };
    const sum = plus(minus(stored?.counters ?? {}, before?.counters ?? {}), counters);
    if (await putNewer(store, { ...key, ...cell, version, counters: sum, last }, 'version', version - 1)) {
      await keepCounted(store, last, generation);
      return;
    }
  }
  throw new Error(`${of} could not be counted in ${key.pk} ${key.sk}: ${tries} concurrent-write conflicts.`);
}

/** Stores what is counted of a contribution, unless a later count of it is stored. */
const keepCounted = (store: Table, counted: Counted, generation: number) =>
  putNewer(store, { ...countedKey(counted.of, generation), ...counted }, 'version');

/** Puts an item unless the stored one has a higher or the same number; with `exactly`, only over that number. */
function putNewer({ db, table }: Table, item: Record<string, unknown>, number: string, exactly?: number) {
  return putIf(db, {
    TableName: table,
    Item: item,
    ConditionExpression: `attribute_not_exists(pk) OR #number ${exactly === undefined ? '<' : '='} :number`,
    ExpressionAttributeNames: { '#number': number },
    ExpressionAttributeValues: { ':number': exactly ?? item[number] },
  });
}

async function read({ db, table }: Table, Key: Key): Promise<Record<string, unknown> | undefined> {
  return (await db.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))).Item;
}
