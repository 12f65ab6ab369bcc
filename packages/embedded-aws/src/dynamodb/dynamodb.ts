import { crc32 } from 'node:zlib';
import type { Need, Surroundings } from '../wire/service.ts';
import { type Engine, engine, Refusal } from './dynalite.ts';
import { needsOf, type Schema } from './needs.ts';
import { partitionKeyOf, type Table } from './table.ts';

export type DynamoDb = ReturnType<typeof dynamodb>;

/** Makes an empty DynamoDB. */
export type MakeEngine = (place: { readonly region: string; readonly accountId: string }) => Engine;

export type DynamoDbResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Makes DynamoDB in memory. It holds the account's clock during a request. */
export function dynamodb(
  { clock, region, accountId }: Pick<Surroundings, 'clock' | 'region' | 'accountId'>,
  makeEngine: MakeEngine = engine,
) {
  const call = makeEngine({ region, accountId });
  const tables = new Map<string, Table>();
  const schema: Schema = {
    arnOf: (tableName) => `arn:aws:dynamodb:${region}:${accountId}:table/${tableName}`,
    partitionKeyOf: (tableName, indexName) => partitionKeyOf(tables.get(tableName), indexName),
  };
  const isActive = async (TableName: string) => {
    const { Table } = (await call('DescribeTable', { TableName })) as { Table: { TableStatus: string } };
    return Table.TableStatus === 'ACTIVE';
  };

  const respond = async (action: string, request: Record<string, unknown>): Promise<DynamoDbResponse> => {
    const release = clock.hold();
    try {
      return response(200, await call(action, request));
    } catch (error) {
      if (error instanceof Refusal) return response(error.statusCode, error.body);
      throw error;
    } finally {
      release();
    }
  };

  return {
    /** Creates a table from a CreateTable request, and waits until it is ACTIVE. */
    createTable: async (table: Table): Promise<{ arn: string }> => {
      await call('CreateTable', table);
      while (!(await isActive(table.TableName))) await new Promise((resolve) => setImmediate(resolve));
      tables.set(table.TableName, table);
      return { arn: schema.arnOf(table.TableName) };
    },

    /** Returns the needs that IAM checks before `handle`. */
    needs: (action: string, request: Record<string, unknown>): Need[] => needsOf(action, request, schema),

    /** Responds to a request whose needs were read. The engine may change the request. */
    respond,

    /** Responds to a request as DynamoDB's endpoint does. `action` is the part after the dot in X-Amz-Target. */
    handle: async (action: string, body: Buffer | string): Promise<DynamoDbResponse> => {
      const request = JSON.parse(body.toString()) as Record<string, unknown>;
      // Throws if the action is not supported.
      needsOf(action, request, schema);
      return respond(action, request);
    },
  };
}

/** Adds the checksum that DynamoDB sends with every response. The AWS CLI verifies it. */
function response(status: number, result: unknown): DynamoDbResponse {
  const body = JSON.stringify(result);
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': String(crc32(body)) },
    body,
  };
}
