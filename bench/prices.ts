/** Prices in US dollars for us-east-1, read in November 2026. Sources: docs/assumptions.md, "Prices in bench/prices.ts". */
export const prices = {
  date: '2026-11',
  stateTransition: 0.025 / 1000,
  lambdaRequest: 0.2 / 1_000_000,
  /** Per gigabyte second on arm64. The functions have 512 MB. */
  lambdaGigabyteSecond: 0.0000133334,
  lambdaGigabytes: 0.5,
  dynamodbWriteUnit: 0.625 / 1_000_000,
  dynamodbReadUnit: 0.125 / 1_000_000,
  snsPublish: 0.5 / 1_000_000,
  snsEmail: 2 / 100_000,
  /** Assumed number of people who receive messages. */
  snsAddresses: 10,
  appConfigReceived: 0.0008,
  getMetricData: 0.01 / 1000,
  logMegabyte: 0.5 / 1024,
  /** Per gigabyte and month. */
  logGigabyteKept: 0.03,
  /** Per month and metric of an alarm; `fast`: with a period under a minute. */
  alarm: 0.1,
  fastAlarm: 0.3,
  compositeAlarm: 0.5,
  /** Per month, of the first 10,000; an hour without a value costs nothing. */
  customMetric: 0.3,
  putMetricData: 0.01 / 1000,
  /** DescribeAlarms and all other requests to CloudWatch that are not GetMetricData. */
  cloudWatchRequest: 0.01 / 1000,
  dashboard: 3,
  appConfigPoll: 0.2 / 1_000_000,
  /** Seconds between polls of a host's agent (docs/deploy.md, the host contract). */
  agentPollSeconds: 15,
  /** CloudWatch Logs Insights, per gigabyte that a query reads. */
  logsInsightsGigabyte: 0.005,
  /** X-Ray, recorded. */
  trace: 5 / 1_000_000,
  key: 1,
  /** Per gigabyte and month: a table, its point-in-time recovery, S3 Standard. */
  tableGigabyte: 0.25,
  backupGigabyte: 0.2,
  bucketGigabyte: 0.023,
  /** Assumed size of the tables, and of the exported history. */
  storedGigabytes: 1,
  /** Assumed, of a scheduled function that finds nothing to do: billed time, and bytes of its log lines. */
  scheduledSeconds: 0.5,
  scheduledLogBytes: 1000,
  /** Assumed size of the logs of one rollback, by its machine and functions. */
  logMegabytes: 2,
} as const;

/**
 * DynamoDB actions that cost at most one unit here: written items under 1 KB, read items under 4 KB, consistent
 * reads.
 */
export const writes = ['PutItem', 'UpdateItem', 'DeleteItem'];
export const reads = ['GetItem', 'Query'];
