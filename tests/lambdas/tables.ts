import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
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

/**
 * The embedded account's DynamoDB with the two tables, behind the real document client, without a socket in between.
 */
export async function emptyTables(names: readonly string[] = ['state', 'history']) {
  const place = { region: 'eu-west-1', accountId: '000000000000' };
  const database = dynamodb({ clock: realClock(), ...place });
  for (const TableName of names)
    await database.createTable({ TableName, ...(TableName.endsWith('history') ? historyKeys : keys) });

  /** Requests by action, in the order in which they were made. */
  const requests: string[] = [];
  const faults: ((action: string, request: unknown) => string | undefined)[] = [];
  const client = new DynamoDBClient({
    region: place.region,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ headers, body }: { headers: Record<string, string>; body: Uint8Array }) => {
        const action = String(headers['x-amz-target']).split('.')[1] ?? '';
        requests.push(action);
        const text = new TextDecoder().decode(body);
        const error = faults.map((fault) => fault(action, JSON.parse(text))).find(Boolean);
        const response = error
          ? { status: 400, headers: {}, body: JSON.stringify({ __type: error, message: error }) }
          : await database.handle(action, text);
        return {
          response: { statusCode: response.status, headers: response.headers, body: Buffer.from(response.body) },
        };
      },
    },
  });
  return {
    db: DynamoDBDocumentClient.from(client),
    requests,
    /** Makes DynamoDB respond with the error that `fault` returns, if it returns one. */
    failing: (fault: (action: string, request: unknown) => string | undefined) => void faults.push(fault),
  };
}

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
