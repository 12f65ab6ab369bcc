import type { Figure } from './figure.ts';
import { prices, reads, writes } from './prices.ts';
import { type Heard, isOfARollback, type Run } from './run.ts';

const hosts = 3;
/** A step reads its scope, the ending and its newest attempt at once. */
const itemsPerBatch = 3;
/** An event and the RECORD; an item in a transaction costs twice as much (DynamoDB pricing, on-demand). */
const unitsPerTransaction = 2 * 2;

/** Returns the cost of one rollback on AWS, part by part, from its own calls. Free tiers are ignored. */
export function cost({ heard, transitions, invocations }: Run): Figure[] {
  const requests = heard.filter(isOfARollback);
  const parts = {
    [`Step Functions, ${transitions} transitions`]: transitions * prices.stateTransition,
    [`Lambda, ${invocations} invocations, ${Math.round(seconds(heard))} s`]:
      invocations * prices.lambdaRequest + seconds(heard) * prices.lambdaGigabytes * prices.lambdaGigabyteSecond,
    ...dynamodb(requests),
    ...sns(heard),
    [`CloudWatch, ${count(requests, ['GetMetricData'])} GetMetricData`]:
      count(requests, ['GetMetricData']) * prices.getMetricData,
    [`AppConfig, one configuration for ${hosts} hosts`]: hosts * prices.appConfigReceived,
    [`CloudWatch Logs, ${prices.logMegabytes} MB`]: prices.logMegabytes * prices.logMegabyte,
  };
  const sum = Object.values(parts).reduce((total, part) => total + part, 0);
  return [
    { name: 'transitions per rollback', value: transitions, unit: '', most: 17 },
    { name: 'AWS requests per rollback', value: requests.length, unit: '', most: 250 },
    { name: `cost per rollback, prices of ${prices.date}`, value: rounded(sum), unit: 'USD', most: 0.01 },
    ...Object.entries(parts).map(([name, value]) => ({ name: `  ${name}`, value: rounded(value), unit: 'USD' })),
  ];
}

function dynamodb(requests: readonly Heard[]): Record<string, number> {
  const batched = count(requests, ['BatchWriteItem']) * hosts; // one item per host
  const transacted = count(requests, ['TransactWriteItems']) * unitsPerTransaction;
  const written = count(requests, writes) + batched + transacted;
  const read = count(requests, reads) + count(requests, ['BatchGetItem']) * itemsPerBatch;
  return {
    [`DynamoDB, ${written} writes, ${read} reads`]: written * prices.dynamodbWriteUnit + read * prices.dynamodbReadUnit,
  };
}

function sns(heard: readonly Heard[]): Record<string, number> {
  const messages = heard.filter(({ event }) => event === 'Published').length;
  return {
    [`SNS, ${messages} messages to ${prices.snsAddresses} e-mail addresses`]:
      messages * (prices.snsPublish + prices.snsAddresses * prices.snsEmail),
  };
}

/** Returns the billed time of all functions. It includes the pauses between polls. */
const seconds = (heard: readonly Heard[]) =>
  heard.filter(({ event }) => event === 'Returned').reduce((sum, { milliseconds }) => sum + Number(milliseconds), 0) /
  1000;

const count = (requests: readonly Heard[], actions: readonly string[]) =>
  requests.filter(({ action }) => actions.some((one) => String(action).endsWith(`.${one}`))).length;

const rounded = (dollars: number) => Number(dollars.toFixed(6));
