import { CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { readInfra } from '../../config/infra.ts';
import { alarmMetrics } from '../../domain/alarm/alarm-metrics.ts';
import type { Gathered, Part } from '../../domain/evidence/gathered.ts';
import { historyQuery } from '../../domain/history/history-query.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { type RecordSummary, summaryAttribute } from '../../domain/history/record-index.ts';
import { laterThan } from '../../domain/page/after-the-end.ts';
import type { PageFacts, PlottedMetric, UsualTimes } from '../../domain/page/facts.ts';
import { alarmKey, notPlotted, plottedMetric, plottedPeriod, plottedTime } from '../../domain/page/metric-window.ts';
import { plannedSteps } from '../../domain/page/planned-steps.ts';
import { drillForecast, earlierThat, usualSteps } from '../../domain/page/usual-steps.ts';
import { monthsOf } from '../../domain/statistics/months.ts';
import { usualMinutes } from '../../domain/statistics/usual-minutes.ts';
import { passedDrillKey, tableNames } from '../../domain/tables.ts';
import type { Connected, Tables } from './clients.ts';
import { readEvents, readRecord } from './read-history.ts';
import { readCounters, readProgress } from './read-statistics.ts';

/** Reads what a page has beside the evidence: the metric, and how long such rollbacks usually take. */
export async function readPage(connection: Connected, gathered: Gathered, now: number): Promise<PageFacts> {
  const { environment } = connection;
  const record = recordOf(gathered.events);
  return {
    environment: connection.name,
    written_at: new Date(now).toISOString(),
    events: gathered.events,
    hosts: gathered.hosts,
    history: gathered.history,
    planned: planned(gathered.definition),
    metric: await readMetric(connection, record, now),
    usual: await readUsual(connection, record, now),
    later: await readLater(connection, record),
    contacts: environment.contacts,
    runbook: environment.runbook,
  };
}

const planned = (definition: Part<string>): PageFacts['planned'] =>
  definition.state === 'complete' ? { state: 'complete', value: plannedSteps(definition.value) } : definition;

/** Reads the datapoints of the metric that a rollback's alarm watches. */
export async function readMetric(
  { settings }: Connected,
  record: RollbackRecord,
  now: number,
): Promise<Part<PlottedMetric>> {
  const { alarm, phase } = record;
  if (!alarm) return { state: 'unavailable', why: notPlotted.byHand };
  const metric = alarmMetrics(readInfra().triggers)[alarmKey(alarm.name)];
  if (!metric) return { state: 'unavailable', why: notPlotted.unknown(alarm.name) };
  const time = plottedTime(record, now);
  const period_seconds = plottedPeriod(metric.period_seconds, time, now);
  const input = {
    StartTime: new Date(time.from),
    EndTime: new Date(time.to),
    MetricDataQueries: [
      {
        Id: 'plotted',
        MetricStat: {
          Metric: {
            Namespace: metric.namespace,
            MetricName: metric.metric,
            Dimensions: [{ Name: 'phase', Value: String(phase) }],
          },
          Stat: metric.statistic,
          Period: period_seconds,
        },
      },
    ],
  };
  const points: (readonly [number, number])[] = [];
  try {
    for await (const { MetricDataResults = [] } of paginateGetMetricData(
      { client: new CloudWatchClient(settings) },
      input,
    ))
      for (const { Timestamps = [], Values = [] } of MetricDataResults)
        for (const [index, at] of Timestamps.entries()) points.push([at.getTime(), Values[index] ?? Number.NaN]);
  } catch (error) {
    return { state: 'denied', why: notPlotted.denied((error as Error).message) };
  }
  return { state: 'complete', value: plottedMetric(metric, { ...time, period_seconds }, points) };
}

/** Reads the later rollbacks of a phase. A read that fails is no error: the page then says that they are not known. */
export async function readLater(connection: Tables, record: RollbackRecord): Promise<PageFacts['later']> {
  const filter = { phase: record.phase, mode: 'live' };
  const query = new QueryCommand(historyQuery(tableNames(connection.name).history, filter, { limit: 10 }));
  try {
    const { Items = [] } = await connection.db.send(query);
    const all = Items.map((item) => item[summaryAttribute] as RecordSummary);
    return { state: 'complete', value: laterThan(all, record) };
  } catch (error) {
    return { state: 'denied', why: (error as Error).message };
  }
}

/** A part that cannot be read is missing: the page then says that nothing usual is known. */
export async function readUsual(connection: Connected, record: RollbackRecord, now: number): Promise<UsualTimes> {
  const [rollbacks, drill, steps] = await Promise.all([
    readUsualMinutes(connection, record, now).catch(() => null),
    readDrill(connection, record).catch(() => null),
    readUsualSteps(connection, record).catch(() => ({})),
  ]);
  return { rollbacks, drill, steps };
}

/** An older rollback says little about hosts and runbooks of today. */
const months = 6;

async function readUsualMinutes(connection: Connected, { phase, severity }: RollbackRecord, now: number) {
  const progress = await readProgress(connection);
  const all = monthsOf({ last: months }, new Date(now).toISOString().slice(0, 7));
  const cells = await Promise.all(all.map((month) => readCounters(connection, progress, month, 'live')));
  return usualMinutes(cells.flat(), phase, severity);
}

async function readDrill(connection: Connected, { phase }: RollbackRecord) {
  const { Item } = await connection.db.send(
    new GetCommand({ TableName: tableNames(connection.name).state, Key: passedDrillKey(phase) }),
  );
  return Item ? drillForecast(await readEvents(connection, String(Item['rollback']))) : null;
}

async function readUsualSteps(connection: Connected, record: RollbackRecord) {
  const table = tableNames(connection.name).history;
  const filter = { phase: record.phase, mode: 'live' };
  const { Items = [] } = await connection.db.send(new QueryCommand(historyQuery(table, filter, { limit: 50 })));
  const ids = earlierThat(
    Items.map((item) => item[summaryAttribute] as RecordSummary),
    record,
  );
  const earlier = await Promise.all(ids.map((id) => readRecord(connection, id)));
  return usualSteps(earlier.filter((one) => one !== undefined));
}
