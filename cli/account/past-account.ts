import { CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { alarmsOf } from '../../domain/backtest/changes.ts';
import type { KnownIncident } from '../../domain/backtest/precision.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Statistic, Triggers } from '../../domain/infra/triggers-file.ts';
import { deployedKey, deployedPrefix, tableNames } from '../../domain/tables.ts';
import type { ConnectedTables } from './clients.ts';
import { type KnownPast, PastCollection } from './past-file.ts';
import { readRecord } from './read-history.ts';
import { readRollbacks } from './read-rollbacks.ts';

/** Instants in epoch milliseconds: a whole hour, and a whole minute. */
export type PastRange = { readonly from: number; readonly to: number };

const [minute, hour, day] = [60_000, 3600_000, 86_400_000];

/** Returns the range of so many days before an instant. Whole hours are whole periods of every length. */
export const pastRange = (days: number, end: number): PastRange => ({
  from: Math.floor((end - days * day) / hour) * hour,
  to: Math.floor(end / minute) * minute - minute, // the newest minute may still lack datapoints
});

/**
 * CloudWatch keeps data with a period under a minute for three hours, of a minute for 15 days, of five minutes for 63 days, and
 * of an hour for 455 days (CloudWatch guide, "Metrics retention").
 */
const kept = [
  { period_seconds: 10, for: 3 * hour },
  { period_seconds: 60, for: 15 * day },
  { period_seconds: 300, for: 63 * day },
  { period_seconds: 3600, for: 455 * day },
] as const;

/** Returns the ranges of time for each period, finest data first; each begins where the finer one ends. */
export function periodsOf({ from, to }: PastRange, now: number): (PastRange & { readonly period_seconds: number })[] {
  const ranges = [];
  let end = to;
  for (const { period_seconds, for: age } of kept) {
    // Whole hours are whole periods of every length.
    const begin = Math.max(from, Math.ceil((now - age) / hour) * hour);
    const whole = Math.floor(end / (period_seconds * 1000)) * period_seconds * 1000;
    if (begin < whole) ranges.push({ period_seconds, from: begin, to: whole });
    end = Math.min(end, begin);
  }
  return ranges;
}

type Asked = {
  readonly triggers: Triggers;
  readonly phases: readonly number[];
  readonly range: PastRange;
  readonly now: number;
  readonly stage: (line: string) => void;
};

/** Reads the past of an account: its metrics from CloudWatch, its deployments, and its rollbacks as incidents. */
export async function readPastOfAccount(connection: ConnectedTables, asked: Asked): Promise<KnownPast> {
  const collection = new PastCollection();
  asked.stage('metrics');
  await readMetrics(collection, connection, asked);
  asked.stage('deployments');
  for (const phase of asked.phases) await readDeployments(collection, connection, phase, asked.range);
  asked.stage('rollbacks');
  await readIncidents(collection, connection, asked.range);
  return collection.collected();
}

type Queried = MetricDataQuery & { readonly of: { phase: number; metric: string; statistic: Statistic } };

/** One query per metric and phase; GetMetricData takes 500 of them at once. */
async function readMetrics(collection: PastCollection, { settings }: ConnectedTables, asked: Asked): Promise<void> {
  const cloudWatch = new CloudWatchClient(settings);
  const { triggers, phases, range, now } = asked;
  for (const { period_seconds, from, to } of periodsOf(range, now)) {
    const queries = queriesOf(triggers, phases, period_seconds);
    const values = new Map(queries.map(({ Id = '' }) => [Id, new Float64Array((to - from) / (period_seconds * 1000))]));
    for (const one of values.values()) one.fill(Number.NaN);
    const input = {
      StartTime: new Date(from),
      EndTime: new Date(to),
      MetricDataQueries: queries.map(({ of, ...query }) => query),
    };
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client: cloudWatch }, input))
      for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults)
        for (const [index, at] of Timestamps.entries())
          values.get(Id)?.set([Values[index] ?? Number.NaN], (at.getTime() - from) / (period_seconds * 1000));
    for (const { Id = '', of } of queries)
      collection.addMetric(of, { start: from, period_seconds, values: values.get(Id) ?? new Float64Array() });
  }
}

function queriesOf(triggers: Triggers, phases: readonly number[], period_seconds: number): Queried[] {
  const alarms = phases.flatMap((phase) => alarmsOf(triggers, phase));
  const wanted = new Map(alarms.map((one) => [`${one.phase} ${one.alarm.metric} ${one.alarm.statistic}`, one]));
  return [...wanted.values()].map(({ phase, alarm: { metric, statistic } }, index) => ({
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: triggers.namespace,
        MetricName: metric,
        Dimensions: [{ Name: 'phase', Value: String(phase) }],
      },
      Stat: statistic,
      Period: period_seconds,
    },
    of: { phase, metric, statistic },
  }));
}

/** The watch window of the first alarms reaches back a few hours, so deployments of two days before count too. */
async function readDeployments(
  collection: PastCollection,
  { db, name }: ConnectedTables,
  phase: number,
  { from, to }: PastRange,
): Promise<void> {
  const input = {
    TableName: tableNames(name).state,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':pk': deployedKey(phase, '').pk,
      ':from': `${deployedPrefix}${new Date(from - 2 * day).toISOString()}`,
      ':to': `${deployedPrefix}${new Date(to).toISOString()}`,
    },
  };
  for await (const { Items = [] } of paginateQuery({ client: db }, input))
    for (const { version, at } of Items) collection.addDeployment({ phase, version: String(version), at: String(at) });
}

/** Every live rollback is an incident of its phases. Whether it was real is known only if a person has annotated it. */
async function readIncidents(collection: PastCollection, connection: ConnectedTables, range: PastRange): Promise<void> {
  const filter = { mode: 'live', from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
  let after: Awaited<ReturnType<typeof readRollbacks>>['next'];
  do {
    const page = await readRollbacks(connection, { filter, limit: 25, ...(after ? { after } : {}) });
    const records = await Promise.all(page.rollbacks.map(({ rollback_id }) => readRecord(connection, rollback_id)));
    for (const record of records) if (record) collection.addIncident(incidentOf(record, filter.to));
    after = page.next;
  } while (after);
}

/** Returns a rollback as an incident, which ends at `end` (ISO 8601) if the rollback has not. */
export function incidentOf(record: RollbackRecord, end: string): KnownIncident {
  const {
    rollback_id: id,
    phase,
    phases,
    start_time,
    breaching_since,
    completion_time,
    annotation,
    root_cause,
  } = record;
  const false_positive = annotation?.false_positive ?? null;
  const explained = (root_cause ?? null) !== null;
  return {
    id,
    phase,
    ...(phases ? { phases } : {}),
    from: breaching_since ?? start_time,
    to: completion_time ?? end,
    real: false_positive === null ? (explained ? true : null) : !false_positive,
  };
}
