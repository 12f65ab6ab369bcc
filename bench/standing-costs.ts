import type { Figure } from './figure.ts';
import { prices } from './prices.ts';

/** A resource of a synthesized template. */
export type Resource = { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> };

/** Requests per minute of the functions that a schedule starts, measured on an account without a rollback. */
export type Idle = { readonly dynamodbReads: number; readonly dynamodbWrites: number; readonly cloudWatch: number };

/** A part of the monthly bill, in dollars. */
export type Part = { readonly name: string; readonly dollars: number };

const MINUTES = 30 * 24 * 60;
/** Requests per host and month if a host publishes every ten seconds: 259,200. */
const TICKS = MINUTES * 6;

/** Returns what an environment costs in a month without a rollback, part by part. Free tiers are ignored. */
export function standingCosts(resources: readonly Resource[], idle: Idle, hosts: number): Part[] {
  const { fast, slow, composite } = alarmsIn(resources);
  const metrics = customMetrics(resources);
  const invocations = Math.round(scheduledTargets(resources) * MINUTES);
  const transitions = Math.round(scheduledTargets(resources, isMachine) * MINUTES) * TRANSITIONS;
  const keys = resources.filter(({ Type }) => Type === 'AWS::KMS::Key').length;
  const dashboards = resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard').length;
  const gigabytes = (invocations * prices.scheduledLogBytes) / 1e9;
  return [
    {
      name: `alarms: ${fast} with a period under a minute, ${slow} others, ${composite} composite`,
      dollars: fast * prices.fastAlarm + slow * prices.alarm + composite * prices.compositeAlarm,
    },
    { name: `custom metrics: ${metrics.length}`, dollars: metrics.length * prices.customMetric },
    { name: `PutMetricData of hosts: ${hosts * TICKS} requests`, dollars: hosts * TICKS * prices.putMetricData },
    {
      name: `AppConfig agents: ${hosts * polls(resources)} polls`,
      dollars: hosts * polls(resources) * prices.appConfigPoll,
    },
    {
      name: `scheduled functions: ${invocations} invocations of ${prices.scheduledSeconds} s`,
      dollars:
        invocations *
        (prices.lambdaRequest + prices.scheduledSeconds * prices.lambdaGigabytes * prices.lambdaGigabyteSecond),
    },
    {
      name: `scheduled machines: ${transitions} state transitions`,
      dollars: transitions * prices.stateTransition,
    },
    { name: `their traces: ${invocations}`, dollars: invocations * prices.trace },
    {
      name: 'their requests to DynamoDB and CloudWatch',
      dollars:
        MINUTES *
        (idle.dynamodbReads * prices.dynamodbReadUnit +
          idle.dynamodbWrites * prices.dynamodbWriteUnit +
          idle.cloudWatch * prices.cloudWatchRequest),
    },
    {
      name: `their logs: ${gigabytes.toFixed(2)} GB, and a year of them kept`,
      dollars: gigabytes * prices.logMegabyte * 1024 + 12 * gigabytes * prices.logGigabyteKept,
    },
    {
      name: `tables and history bucket, ${prices.storedGigabytes} GB each, with backups`,
      dollars: prices.storedGigabytes * (prices.tableGigabyte + prices.backupGigabyte + prices.bucketGigabyte),
    },
    { name: `keys: ${keys}, dashboards: ${dashboards}`, dollars: keys * prices.key + dashboards * prices.dashboard },
  ];
}

/** Returns the parts as figures of the benchmark, after their sum and the two cheaper ways to publish. */
export function standingFigures(resources: readonly Resource[], idle: Idle, hosts: number): Figure[] {
  const parts = standingCosts(resources, idle, hosts);
  const sum = parts.reduce((total, { dollars }) => total + dollars, 0);
  const direct = hosts * TICKS * prices.putMetricData;
  const embedded = hosts * embeddedFormat(resources).dollars;
  const figure = (name: string, dollars: number): Figure => ({ name, value: cents(dollars), unit: 'USD' });
  return [
    figure(`standing cost per month, ${hosts} hosts, prices of ${prices.date}`, sum),
    ...parts.map(({ name, dollars }) => figure(`  ${name}`, dollars)),
    figure('  with the embedded metric format', sum - direct + embedded),
    figure('  with one collector that publishes for all hosts', sum - direct + TICKS * prices.putMetricData),
  ];
}

/**
 * Returns what one host's metrics cost in a month as log events in the embedded metric format: one document per phase and
 * tick, without a price per request. Logs are kept for a day.
 */
export function embeddedFormat(resources: readonly Resource[]): { readonly bytes: number; readonly dollars: number } {
  const metrics = hostMetrics(resources);
  const bytes = [...new Set(metrics.map(({ dimensions }) => dimensions))]
    .map((dimensions) => documentOf(metrics.filter((one) => one.dimensions === dimensions)))
    .reduce((sum, document) => sum + Buffer.byteLength(document) + EVENT_BYTES, 0);
  return { bytes, dollars: ((TICKS * bytes) / 1e9) * (prices.logMegabyte * 1024 + prices.logGigabyteKept / 30) };
}

/** Bytes that CloudWatch Logs counts for each event besides its message (Logs API reference, PutLogEvents). */
const EVENT_BYTES = 26;

function documentOf(metrics: readonly Metric[]): string {
  const [{ namespace = '', dimensions = '[]' } = {}] = metrics;
  const named = JSON.parse(dimensions) as { Name: string; Value: string }[];
  const Metrics = metrics.map(({ name }) => ({ Name: name, StorageResolution: 1 }));
  return JSON.stringify({
    _aws: {
      Timestamp: 1_767_603_600_000,
      CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [named.map(({ Name }) => Name)], Metrics }],
    },
    ...Object.fromEntries(named.map(({ Name, Value }) => [Name, Value])),
    ...Object.fromEntries(metrics.map(({ name }) => [name, 123.45])),
  });
}

type Metric = {
  readonly namespace: string;
  readonly name: string;
  /** As JSON. */
  readonly dimensions: string;
  /** Seconds. */
  readonly period: number;
};

/** Returns the metrics that alarms watch, each once per alarm. A mathematical expression watches several. */
const watched = (resources: readonly Resource[]): Metric[][] =>
  resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm').map(({ Properties = {} }) => metricsOf(Properties));

type MetricStat = { readonly Metric: Properties; readonly Period: number };
type Properties = Readonly<Record<string, unknown>>;

function metricsOf(alarm: Properties): Metric[] {
  const queries = (alarm['Metrics'] ?? []) as { readonly MetricStat?: MetricStat }[];
  const stats = queries.flatMap(({ MetricStat }) => MetricStat ?? []);
  const all = stats.length > 0 ? stats : [{ Metric: alarm, Period: Number(alarm['Period']) }];
  return all.map(({ Metric, Period }) => ({
    namespace: String(Metric['Namespace']),
    name: String(Metric['MetricName']),
    dimensions: JSON.stringify(Metric['Dimensions'] ?? []),
    period: Period,
  }));
}

/** Counts alarms as they are billed: per metric. */
function alarmsIn(resources: readonly Resource[]) {
  const alarms = watched(resources);
  const count = (some: (metric: Metric) => boolean) =>
    alarms.filter((metrics) => metrics.some(some)).reduce((sum, metrics) => sum + metrics.length, 0);
  const fast = count(({ period }) => period < 60);
  const composite = resources.filter(({ Type }) => Type === 'AWS::CloudWatch::CompositeAlarm').length;
  return { fast, slow: count(() => true) - fast, composite };
}

/** Returns the metrics that are not AWS's own, each once. */
const customMetrics = (resources: readonly Resource[]): Metric[] => [
  ...new Map(
    watched(resources)
      .flat()
      .filter(({ namespace }) => !namespace.startsWith('AWS/'))
      .map((metric) => [`${metric.namespace}/${metric.name}/${metric.dimensions}`, metric]),
  ).values(),
];

/** Returns the metrics of hosts: those of a namespace in which an alarm has a period under a minute. */
function hostMetrics(resources: readonly Resource[]): Metric[] {
  const custom = customMetrics(resources);
  const namespaces = custom.filter(({ period }) => period < 60).map(({ namespace }) => namespace);
  return custom.filter(({ namespace }) => namespaces.includes(namespace));
}

/** A rule starts a machine by a role, and a function without one. */
const isMachine = (target: Properties) => target['RoleArn'] !== undefined;
/** States that an execution of check-readiness enters: the task, the choice, and its end. */
const TRANSITIONS = 3;

const minutesOf: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

/** Returns how many invocations the schedules start in a minute, also by a machine. Throws for a schedule that is no rate. */
function scheduledTargets(resources: readonly Resource[], some: (target: Properties) => boolean = () => true): number {
  return resources
    .filter(({ Type, Properties }) => Type === 'AWS::Events::Rule' && Properties?.['ScheduleExpression'])
    .map(({ Properties = {} }) => {
      const [, count, unit = ''] =
        /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(Properties['ScheduleExpression'])) ?? [];
      if (count === undefined)
        throw new Error(
          `The schedule ${Properties['ScheduleExpression']} is not counted; only a rate is, such as rate(5 minutes).`,
        );
      return (
        (Properties['Targets'] as Properties[]).filter(some).length / (Number(count) * (minutesOf[unit] ?? Number.NaN))
      );
    })
    .reduce((sum, targets) => sum + targets, 0);
}

/** Returns the polls of one host's agent in a month, of each layer. */
const polls = (resources: readonly Resource[]): number =>
  (resources.filter(({ Type }) => Type === 'AWS::AppConfig::Environment').length * MINUTES * 60) /
  prices.agentPollSeconds;

const cents = (dollars: number) => Number(dollars.toFixed(2));
