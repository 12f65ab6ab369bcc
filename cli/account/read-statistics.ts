import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { nextMonth } from '../../domain/history/link.ts';
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
  generationKey,
  statisticsOf,
  tableNames,
} from '../../domain/tables.ts';
import type { Connection } from './clients.ts';

export type StatisticsProgress = { readonly upTo: UpTo | undefined; readonly months: readonly MonthState[] };

/** Returns how far Reconcile has counted. One request. */
export async function readProgress(connection: Connection): Promise<StatisticsProgress> {
  const items = await query(connection, 'history', { pk: statisticsOf, from: '0', to: '~' });
  return { upTo: countedUpTo(items), months: monthStates(items) };
}

/** Returns the counters of a month. One request: a month has a few kilobytes per phase and trigger. */
export async function readCounters(
  connection: Connection,
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
  connection: Connection,
  phase: number,
  [first, last]: readonly [string, string],
): Promise<Deployed[]> {
  const { pk } = deployedKey(phase, '');
  const range = { from: `${deployedPrefix}${first}`, to: `${deployedPrefix}${nextMonth(last)}` };
  const items = await query(connection, 'state', { pk, ...range });
  return items.map(({ sk }) => ({ phase, month: String(sk).slice(deployedPrefix.length, deployedPrefix.length + 7) }));
}

type Range = { readonly pk: string; readonly from: string; readonly to: string };

async function query({ db, name }: Connection, table: 'history' | 'state', { pk, from, to }: Range) {
  const found: Record<string, unknown>[] = [];
  const input = {
    TableName: tableNames(name)[table],
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
  };
  for await (const { Items = [] } of paginateQuery({ client: db }, input)) found.push(...Items);
  return found;
}
