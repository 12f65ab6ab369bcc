import { paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { RollbackEvent } from '../../domain/history/event.ts';
import { historyQuery } from '../../domain/history/history-query.ts';
import { nextMonth } from '../../domain/history/link.ts';
import { type RecordSummary, summaryAttribute } from '../../domain/history/record-index.ts';
import type { Cell } from '../../domain/statistics/contribution.ts';
import type { Counters } from '../../domain/statistics/counters.ts';
import type { Deployed, StoredCounters } from '../../domain/statistics/figures.ts';
import {
  countedUpTo,
  generationOf,
  type MonthState,
  monthStates,
  type UpTo,
} from '../../domain/statistics/progress.ts';
import {
  countersOf,
  deployedKey,
  deployedPrefix,
  failuresOf,
  generationKey,
  linkKey,
  linksOf,
  monthsOf,
  statisticsOf,
  tableNames,
} from '../../domain/tables.ts';
import type { Tables } from './clients.ts';
import { readEvents } from './read-history.ts';

export type StatisticsProgress = { readonly upTo: UpTo | undefined; readonly months: readonly MonthState[] };

/** Returns how far Reconcile has counted. One request. */
export async function readProgress(connection: Tables): Promise<StatisticsProgress> {
  const items = await query(connection, 'history', { pk: statisticsOf, from: '0', to: '~' });
  return { upTo: countedUpTo(items), months: monthStates(items) };
}

/**
 * Returns the number of links that are not counted yet. At most three requests: the rest of a month, and if nothing is
 * counted or the month is over, the months that have links and the next of them.
 */
export async function readNotCounted(connection: Tables, { upTo }: StatisticsProgress): Promise<number> {
  const behind = async (month: string, sequence: number) => {
    const { Count = 0 } = await connection.db.send(
      new QueryCommand({
        TableName: tableNames(connection.name).history,
        KeyConditionExpression: 'pk = :pk AND sk > :sk',
        ExpressionAttributeValues: { ':pk': linksOf(month), ':sk': linkKey(month, sequence).sk },
        Select: 'COUNT',
      }),
    );
    return Count;
  };
  const rest = upTo ? await behind(upTo.month, upTo.sequence) : 0;
  if (rest > 0 || (upTo && !upTo.closed)) return rest;
  const months = await query(connection, 'history', { pk: monthsOf, from: upTo ? `${upTo.month}~` : '0', to: '~' });
  const [next] = months.map(({ sk }) => String(sk));
  return next === undefined ? 0 : behind(next, 0);
}

/** Returns the counters of a month. One request: a month has a few kilobytes per phase and trigger. */
export async function readCounters(
  connection: Tables,
  { months }: StatisticsProgress,
  month: string,
  mode: string,
): Promise<StoredCounters[]> {
  const prefix = `${generationKey(generationOf(months, month))}#${mode}#`;
  const items = await query(connection, 'history', { pk: countersOf(month), from: prefix, to: `${prefix}~` });
  return items.map((item) => ({
    cell: { month, mode, phase: Number(item['phase']), trigger: String(item['trigger']) } satisfies Cell,
    counters: item['counters'] as Counters,
  }));
}

/** Returns the deployments of a phase that were recorded in these months, the last one included. One request per 1 MB. */
export async function readDeployed(
  connection: Tables,
  phase: number,
  [first, last]: readonly [string, string],
): Promise<Deployed[]> {
  const { pk } = deployedKey(phase, '');
  const range = { from: `${deployedPrefix}${first}`, to: `${deployedPrefix}${nextMonth(last)}` };
  const items = await query(connection, 'state', { pk, ...range });
  // A person took a withdrawn record back: nothing was deployed. A version that passed on the canary group counts when the others get it.
  const kept = items.filter(({ withdrawn, hosts, rolled_back }) => !withdrawn && (!hosts || rolled_back));
  return kept.map(({ sk }) => ({ phase, month: String(sk).slice(deployedPrefix.length, deployedPrefix.length + 7) }));
}

type Range = { readonly pk: string; readonly from: string; readonly to: string };

async function query({ db, name }: Tables, table: 'history' | 'state', { pk, from, to }: Range) {
  const found: Record<string, unknown>[] = [];
  const input = {
    TableName: tableNames(name)[table],
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
  };
  for await (const { Items = [] } of paginateQuery({ client: db }, input)) found.push(...Items);
  return found;
}

/**
 * Reads every rollback of a month, and those of later months that show a failed deployment of it. One request per rollback.
 *
 * `keep` returns what is kept of a rollback, because the events of 100,000 would not fit into memory.
 */
export async function readRollbacksOf<Kept>(
  connection: Tables,
  month: string,
  mode: string,
  keep: (events: readonly RollbackEvent[]) => Kept,
): Promise<Kept[]> {
  const table = tableNames(connection.name).history;
  const filter = { mode, from: month, to: nextMonth(month) };
  const ids = new Set<string>();
  for await (const { Items = [] } of paginateQuery(
    { client: connection.db },
    historyQuery(table, filter, { limit: 1000 }),
  ))
    for (const item of Items) ids.add((item[summaryAttribute] as RecordSummary).rollback_id);
  for (const { rollback } of await query(connection, 'history', { pk: failuresOf(month), from: '0', to: '~' }))
    ids.add(String(rollback));
  const kept: Kept[] = [];
  const all = [...ids];
  for (let from = 0; from < all.length; from += atOnce) {
    const some = all.slice(from, from + atOnce);
    kept.push(...(await Promise.all(some.map(async (id) => keep(await readEvents(connection, id))))));
  }
  return kept;
}

/** Rollbacks that are read at the same time; the SDK keeps at most 50 connections. */
const atOnce = 25;
