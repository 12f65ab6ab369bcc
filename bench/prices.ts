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
  /** Assumed size of the logs of one rollback, by its machine and functions. */
  logMegabytes: 2,
} as const;

/**
 * DynamoDB actions that cost at most one unit here: written items under 1 KB, read items under 4 KB, consistent
 * reads.
 */
export const writes = ['PutItem', 'UpdateItem', 'DeleteItem'];
export const reads = ['GetItem', 'Query'];
