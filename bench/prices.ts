/** US dollars, us-east-1, as read in November 2026 (shared facts on AWS, sections 1.3, 1.4 and 1.7). */
export const prices = {
  date: '2026-11',
  stateTransition: 0.025 / 1000,
  lambdaRequest: 0.2 / 1_000_000,
  /** arm64, a gigabyte second. */
  lambdaGigabyteSecond: 0.0000133334,
  dynamodbWriteUnit: 0.625 / 1_000_000,
  dynamodbReadUnit: 0.125 / 1_000_000,
} as const;

/** What DynamoDB's actions cost at the most here: items under 1 KB written, under 4 KB read, all reads consistent. */
export const writes = ['PutItem', 'UpdateItem', 'DeleteItem'];
export const reads = ['GetItem', 'Query'];
