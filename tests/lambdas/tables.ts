import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DeleteTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { realClock } from 'embedded-aws/clock';
import { dynamodb } from 'embedded-aws/dynamodb';
import { clientSettings, directClient } from 'embedded-aws/in-process';
import { mapEngine } from 'embedded-aws/map-engine';
import {
  facetAttribute,
  facets,
  indexName,
  startedAttribute,
  summaryAttribute,
} from '../../domain/history/record-index.ts';

/** Waits for nothing: these tables take every batch at once. */
export const noSleep = async () => {};

const place = { region: 'eu-west-1', accountId: '000000000000' };
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }; // AWS itself refuses them
type TableInput = ReturnType<typeof table>;
/** A request of the SDK on the wire, and its response. */
type Request = { readonly headers: Record<string, string>; readonly body: Uint8Array };
type Response = { readonly statusCode: number; readonly headers: Record<string, string>; readonly body: Buffer };
/** Returns an error's name, or its body. */
type Fault = (action: string, request: unknown) => string | object | undefined;

/**
 * The simulator's DynamoDB with the two tables, behind its client, without a socket in between. item-store.test.ts holds its
 * tables to dynalite's, and direct-client.test.ts its client to the SDK's; both together would take twice as long.
 *
 * With DYNAMODB_ENDPOINT (`npm run test:dynamodb-local`) the tables are at that endpoint instead, behind the SDK's client.
 * Tables of these names that exist there are deleted first, so only one test may run at a time.
 */
export async function emptyTables(names: readonly string[] = ['state', 'history']) {
  const endpoint = process.env['DYNAMODB_ENDPOINT'];
  /** Requests by action, in the order in which they were made. */
  const requests: string[] = [];
  const faults: Fault[] = [];
  /** Notes a request. Returns DynamoDB's error if a fault strikes it. */
  const failureOf = (action: string, body: string): string | undefined => {
    requests.push(action);
    if (faults.length === 0) return undefined;
    const request = JSON.parse(body);
    const error = faults.map((fault) => fault(action, request)).find(Boolean);
    if (error === undefined) return undefined;
    return JSON.stringify(typeof error === 'string' ? { __type: error, message: error } : error);
  };
  const tables = names.map(table);
  return {
    db: await (endpoint === undefined ? emptyInProcess(tables, failureOf) : emptyAt(endpoint, tables, failureOf)),
    requests,
    /** Makes DynamoDB respond with the error that `fault` returns, if it returns one. */
    failing: (fault: Fault) => void faults.push(fault),
  };
}

type FailureOf = (action: string, body: string) => string | undefined;

const actionOf = ({ headers }: Pick<Request, 'headers'>) => String(headers['x-amz-target']).split('.')[1] ?? '';

async function emptyInProcess(tables: readonly TableInput[], failureOf: FailureOf): Promise<DynamoDBDocumentClient> {
  const database = dynamodb({ clock: realClock(), ...place }, mapEngine);
  for (const one of tables) await database.createTable(one);
  const carry = async ({ headers, body }: { readonly headers: object; readonly body: Buffer | string }) => {
    const action = actionOf({ headers: headers as Request['headers'] });
    const failure = failureOf(action, String(body));
    return failure === undefined ? database.handle(action, body) : { status: 400, headers: {}, body: failure };
  };
  const way = { ...{ carry, region: place.region, accessKeyId: 'a' }, sleep: noSleep, random: () => 0 };
  return directClient(documentClient, { ...clientSettings(way), maxAttempts: 1, retryStrategy: undefined }, way);
}

const documentClient = (settings: object) => DynamoDBDocumentClient.from(new DynamoDBClient(settings));

/** Creates the tables anew, and waits until they are ACTIVE. */
async function emptyAt(
  endpoint: string,
  tables: readonly TableInput[],
  failureOf: FailureOf,
): Promise<DynamoDBDocumentClient> {
  const settings = { region: place.region, credentials, maxAttempts: 1, endpoint };
  const client = new DynamoDBClient(settings);
  const status = async ({ TableName }: TableInput) =>
    (await unlessMissing(client.send(new DescribeTableCommand({ TableName }))))?.Table?.TableStatus;
  for (const one of tables) {
    await unlessMissing(client.send(new DeleteTableCommand({ TableName: one.TableName })));
    while ((await status(one)) !== undefined) await sleep(5);
    await client.send(new CreateTableCommand(one as never));
    while ((await status(one)) !== 'ACTIVE') await sleep(5);
  }
  const handle = async (request: Request): Promise<{ readonly response: Response }> => {
    const failure = failureOf(actionOf(request), new TextDecoder().decode(request.body));
    if (failure === undefined) return client.config.requestHandler.handle(request as never) as never;
    return { response: { statusCode: 400, headers: {}, body: Buffer.from(failure) } };
  };
  return documentClient({ ...settings, requestHandler: { handle } });
}

const unlessMissing = <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch((error: Error) => {
    if (error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  });

const table = (TableName: string) => ({ TableName, ...(TableName.endsWith('history') ? historyKeys : keys) });

const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
const keySchema = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];
const keys = {
  AttributeDefinitions: ['pk', 'sk'].map(attribute),
  KeySchema: keySchema('pk', 'sk'),
  BillingMode: 'PAY_PER_REQUEST',
};
/** The history table with its indexes, as cdk/tables.ts declares them. */
const historyKeys = {
  ...keys,
  AttributeDefinitions: ['pk', 'sk', startedAttribute, ...facets.map(facetAttribute)].map(attribute),
  GlobalSecondaryIndexes: facets.map((facet) => ({
    IndexName: indexName(facet),
    KeySchema: keySchema(facetAttribute(facet), startedAttribute),
    Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [summaryAttribute] },
  })),
};
