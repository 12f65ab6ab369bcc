import { crc32 } from 'node:zlib';
import type { Clock } from '../clock/clock.ts';
import { remembered } from '../remembered.ts';
import { requestBody } from '../wire/request-body.ts';
import type { Need, Surroundings } from '../wire/service.ts';
import { type Engine, engine, type Place, Refusal } from './dynalite.ts';
import { knownReads } from './known-reads.ts';
import { needsOf, type Schema } from './needs.ts';
import { partitionKeyOf, type Table } from './table.ts';

export type DynamoDb = ReturnType<typeof dynamodb>;

/** Makes an empty DynamoDB. */
export type MakeEngine = (place: Place) => Engine;

export type DynamoDbResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The engine's result. Neither it nor an item in it is changed afterwards. */
  readonly value: object;
};

/** A request before IAM has checked its needs. */
export type DynamoDbCall = {
  readonly request: Readonly<Record<string, unknown>>;
  readonly needs: readonly Need[];
  readonly respond: () => Promise<DynamoDbResponse>;
};

/** The most reads of each kind that are remembered. */
const MOST_READS = 2000;

/** Makes DynamoDB in memory. It holds the account's clock during a request. */
export function dynamodb(
  { clock, region, accountId }: Pick<Surroundings, 'clock' | 'region' | 'accountId'>,
  makeEngine: MakeEngine = engine,
) {
  const run = makeEngine({ region, accountId, now: () => clock.now() });
  const tables = new Map<string, Table>();
  const schema: Schema = {
    arnOf: (tableName) => `arn:aws:dynamodb:${region}:${accountId}:table/${tableName}`,
    partitionKeyOf: (tableName, indexName) => partitionKeyOf(tables.get(tableName), indexName),
  };
  const isActive = async (TableName: string) => {
    const { Table } = (await run('DescribeTable', { TableName })) as { Table: { TableStatus: string } };
    return Table.TableStatus === 'ACTIVE';
  };

  const respond = responder(run, clock);
  const known = knownReads<DynamoDbResponse>();
  const begun = (action: string, body: string): DynamoDbCall => {
    const request = requestBody(body);
    const needs = needsOf(action, request, schema);
    const read = `${action} ${body}`;
    const answer = async () => {
      const before = known.find(read);
      if (before) return before;
      const end = known.begin(read, needs);
      const found = await respond(action, request).finally(end.written);
      if (found.status === 200) end.remember(found);
      return found;
    };
    return { request, needs, respond: answer };
  };
  /** Reads by their body, until a table is created, which changes needs: a function that polls sends the same. */
  const rememberedReads = (): Readonly<Record<string, (body: string) => DynamoDbCall>> => ({
    BatchGetItem: remembered(MOST_READS, (body) => begun('BatchGetItem', body)),
    GetItem: remembered(MOST_READS, (body) => begun('GetItem', body)),
    Query: remembered(MOST_READS, (body) => begun('Query', body)),
  });
  let reads = rememberedReads();
  const call = (action: string, body: string): DynamoDbCall => (reads[action] ?? ((one) => begun(action, one)))(body);

  return {
    /** Creates a table from a CreateTable request, and waits until it is ACTIVE. */
    createTable: async (table: Table): Promise<{ arn: string }> => {
      await run('CreateTable', table);
      while (!(await isActive(table.TableName))) await new Promise((resolve) => setImmediate(resolve));
      tables.set(table.TableName, table);
      reads = rememberedReads();
      return { arn: schema.arnOf(table.TableName) };
    },

    /** Returns the needs that IAM checks before a request runs. */
    needs: (action: string, request: Record<string, unknown>): Need[] => needsOf(action, request, schema),

    /** Reads a request. `action` is the part after the dot in X-Amz-Target. Throws if the action is not supported. */
    call,

    /** Responds to a request as DynamoDB's endpoint does, without IAM. */
    handle: (action: string, body: Buffer | string): Promise<DynamoDbResponse> => call(action, String(body)).respond(),
  };
}

/** Returns a function that runs a request, which the engine may change. It holds the clock meanwhile. */
const responder =
  (run: Engine, clock: Clock) =>
  async (action: string, request: Record<string, unknown>): Promise<DynamoDbResponse> => {
    const release = clock.hold();
    try {
      return response(200, (await run(action, request)) as object);
    } catch (error) {
      if (error instanceof Refusal) return response(error.statusCode, error.body);
      throw error;
    } finally {
      release();
    }
  };

/** Adds the checksum that DynamoDB sends with every response. The AWS CLI verifies it. */
function response(status: number, value: object): DynamoDbResponse {
  const body = JSON.stringify(value);
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': String(crc32(body)) },
    body,
    value,
  };
}
