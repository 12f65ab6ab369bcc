import { CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { archiveKeys, type Slot, slotOf, type Watched } from '../../domain/archive/slot.ts';
import { watchedMetrics } from '../../domain/backtest/changes.ts';
import type { KnownIncident } from '../../domain/backtest/precision.ts';
import { without } from '../../domain/backtest/stretch.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import { deployedKey, deployedPrefix, tableNames } from '../../domain/tables.ts';
import type { ConnectedTables } from './clients.ts';
import { exportBucketOf } from './export-bucket.ts';
import { type KnownPast, linesOfArchive, PastCollection } from './past-file.ts';
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
  const watched = watchedMetrics(asked.triggers, asked.phases);
  asked.stage('archived metrics');
  const archived = await readArchive(collection, exportBucketOf(connection), watched, asked);
  asked.stage('metrics');
  await readMetrics(collection, connection, { ...asked, watched, archived });
  asked.stage('deployments');
  for (const phase of asked.phases) await readDeployments(collection, connection, phase, asked.range);
  asked.stage('rollbacks');
  await readIncidents(collection, connection, asked.range);
  return collection.collected();
}

/** The slots of two hours that the archive has of a metric, by the metric's name and phase. */
type Archived = ReadonlyMap<string, readonly Slot[]>;

const nameOf = ({ phase, metric, statistic }: Watched) => `${phase} ${metric} ${statistic}`;

/**
 * Reads the archived slots of a range. A slot that is not there was not archived, or the caller may not read it; a slot of
 * another metric says nothing about this one, which may have been added since.
 */
async function readArchive(
  collection: PastCollection,
  bucket: Pick<ReturnType<typeof exportBucketOf>, 'Bucket' | 'texts'>,
  watched: readonly Watched[],
  { range, stage }: Pick<Asked, 'range' | 'stage'>,
): Promise<Archived> {
  const known = new Set(watched.map(nameOf));
  const archived = new Map<string, Slot[]>();
  const keys = archiveKeys(range);
  let found = 0;
  for await (const { key, text } of bucket.texts(keys)) {
    const slot = slotOf(key);
    found += 1;
    for (const { metric, stretch } of slot ? linesOfArchive(`s3://${bucket.Bucket}/${key}`, text) : []) {
      if (!slot || !known.has(nameOf(metric))) continue;
      collection.addMetric(metric, stretch);
      archived.set(nameOf(metric), [...(archived.get(nameOf(metric)) ?? []), slot]);
    }
  }
  stage(`archived metrics: ${found} of ${keys.length} objects of two hours`);
  return archived;
}

/** One query per metric and phase; GetMetricData takes 500 of them at once. What is archived is not taken from CloudWatch. */
async function readMetrics(
  collection: PastCollection,
  { settings }: ConnectedTables,
  asked: Asked & { readonly watched: readonly Watched[]; readonly archived: Archived },
): Promise<void> {
  const cloudWatch = new CloudWatchClient(settings);
  const { triggers, watched, archived, range, now } = asked;
  for (const { period_seconds, from, to } of periodsOf(range, now)) {
    const values = watched.map(() => new Float64Array((to - from) / (period_seconds * 1000)).fill(Number.NaN));
    const input = {
      StartTime: new Date(from),
      EndTime: new Date(to),
      MetricDataQueries: watched.map((one, index) => queryOf(one, triggers.namespace, { index, period_seconds })),
    };
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client: cloudWatch }, input))
      for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults)
        for (const [index, at] of Timestamps.entries())
          values[indexOf(Id)]?.set([Values[index] ?? Number.NaN], (at.getTime() - from) / (period_seconds * 1000));
    for (const [index, one] of watched.entries()) {
      const stretch = { start: from, period_seconds, values: values[index] ?? new Float64Array() };
      for (const part of without(stretch, archived.get(nameOf(one)) ?? [])) collection.addMetric(one, part);
    }
  }
}

const indexOf = (id: string) => Number(id.slice(1));

const queryOf = (
  { phase, metric, statistic }: Watched,
  Namespace: string,
  { index, period_seconds }: { readonly index: number; readonly period_seconds: number },
): MetricDataQuery => ({
  Id: `m${index}`,
  MetricStat: {
    Metric: { Namespace, MetricName: metric, Dimensions: [{ Name: 'phase', Value: String(phase) }] },
    Stat: statistic,
    Period: period_seconds,
  },
});

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
    for (const { version, at } of Items.filter(({ withdrawn }) => !withdrawn))
      collection.addDeployment({ phase, version: String(version), at: String(at) });
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
