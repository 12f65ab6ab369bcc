import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DeleteTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { realClock } from 'embedded-aws/clock';
import { dynamodb } from 'embedded-aws/dynamodb';
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
type Handle = (request: Request) => Promise<{ readonly response: Response }>;

/**
 * The embedded account's DynamoDB with the two tables, behind the real document client, without a socket in between.
 *
 * With DYNAMODB_ENDPOINT (`npm run test:dynamodb-local`) the tables are at that endpoint instead. Tables of these names
 * that exist there are deleted first, so only one test may run at a time.
 */
export async function emptyTables(names: readonly string[] = ['state', 'history']) {
  const endpoint = process.env['DYNAMODB_ENDPOINT'];
  const handle = await (endpoint ? emptyAt(endpoint, names.map(table)) : emptyInProcess(names.map(table)));
  /** Requests by action, in the order in which they were made. */
  const requests: string[] = [];
  const faults: Fault[] = [];
  const client = new DynamoDBClient({
    ...clientSettings(endpoint),
    requestHandler: {
      handle: async (request: Request) => {
        const action = actionOf(request);
        requests.push(action);
        const body = JSON.parse(new TextDecoder().decode(request.body));
        const error = faults.map((fault) => fault(action, body)).find(Boolean);
        if (error === undefined) return handle(request);
        const failure = JSON.stringify(typeof error === 'string' ? { __type: error, message: error } : error);
        return { response: { statusCode: 400, headers: {}, body: Buffer.from(failure) } };
      },
    },
  });
  return {
    db: DynamoDBDocumentClient.from(client),
    requests,
    /** Makes DynamoDB respond with the error that `fault` returns, if it returns one. */
    failing: (fault: Fault) => void faults.push(fault),
  };
}

const clientSettings = (endpoint?: string) => ({
  region: place.region,
  credentials,
  maxAttempts: 1,
  ...(endpoint ? { endpoint } : {}),
});

const actionOf = ({ headers }: Request) => String(headers['x-amz-target']).split('.')[1] ?? '';

async function emptyInProcess(tables: readonly TableInput[]): Promise<Handle> {
  const database = dynamodb({ clock: realClock(), ...place });
  for (const one of tables) await database.createTable(one);
  return async (request) => {
    const { status, headers, body } = await database.handle(actionOf(request), new TextDecoder().decode(request.body));
    return { response: { statusCode: status, headers: { ...headers }, body: Buffer.from(body) } };
  };
}

/** Creates the tables anew, and waits until they are ACTIVE. */
async function emptyAt(endpoint: string, tables: readonly TableInput[]): Promise<Handle> {
  const client = new DynamoDBClient(clientSettings(endpoint));
  const status = async ({ TableName }: TableInput) =>
    (await unlessMissing(client.send(new DescribeTableCommand({ TableName }))))?.Table?.TableStatus;
  for (const one of tables) {
    await unlessMissing(client.send(new DeleteTableCommand({ TableName: one.TableName })));
    while ((await status(one)) !== undefined) await sleep(5);
    await client.send(new CreateTableCommand(one as never));
    while ((await status(one)) !== 'ACTIVE') await sleep(5);
  }
  return (request) => client.config.requestHandler.handle(request as never) as never;
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
