import { crc32 } from 'node:zlib';
import type { Need, Surroundings } from '../wire/service.ts';
import { engine, Refusal } from './dynalite.ts';
import { needsOf, type Schema } from './needs.ts';
import { partitionKeyOf, type Table } from './table.ts';

export type DynamoDb = ReturnType<typeof dynamodb>;

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** DynamoDB in memory. Time does not pass on the account's clock while it answers. */
export function dynamodb({ clock, region, accountId }: Pick<Surroundings, 'clock' | 'region' | 'accountId'>) {
  const call = engine({ region, accountId });
  const tables = new Map<string, Table>();
  const schema: Schema = {
    arnOf: (tableName) => `arn:aws:dynamodb:${region}:${accountId}:table/${tableName}`,
    partitionKeyOf: (tableName, indexName) => partitionKeyOf(tables.get(tableName), indexName),
  };
  const isActive = async (TableName: string) => {
    const { Table } = (await call('DescribeTable', { TableName })) as { Table: { TableStatus: string } };
    return Table.TableStatus === 'ACTIVE';
  };

  return {
    /** Makes a table of a CreateTable request, and waits until it is ACTIVE. */
    createTable: async (table: Table): Promise<{ arn: string }> => {
      await call('CreateTable', table);
      while (!(await isActive(table.TableName))) await new Promise((resolve) => setImmediate(resolve));
      tables.set(table.TableName, table);
      return { arn: schema.arnOf(table.TableName) };
    },

    /** What IAM is asked before `handle`. */
    needs: (action: string, request: Record<string, unknown>): Need[] => needsOf(action, request, schema),

    /** Answers a request as DynamoDB's endpoint does; `action` is what follows the dot in X-Amz-Target. */
    handle: async (action: string, body: Buffer | string): Promise<Answer> => {
      const release = clock.hold();
      try {
        const request = JSON.parse(body.toString()) as Record<string, unknown>;
        // An action nobody supports is refused here too.
        needsOf(action, request, schema);
        return answer(200, await call(action, request));
      } catch (error) {
        if (error instanceof Refusal) return answer(error.statusCode, error.body);
        throw error;
      } finally {
        release();
      }
    },
  };
}

/** DynamoDB sends a checksum with every answer, and the AWS CLI compares it. */
function answer(status: number, result: unknown): Answer {
  const body = JSON.stringify(result);
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': String(crc32(body)) },
    body,
  };
}
