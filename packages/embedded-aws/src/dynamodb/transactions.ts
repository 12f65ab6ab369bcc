import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import type { Acquire } from '../clock/semaphore.ts';

type Request = Readonly<Record<string, unknown>>;
/** A checked PutItem. */
type Put = { readonly TableName: string; readonly Item: Request };
type Done<Value> = (error: unknown, value?: Value) => void;
type ItemStore = {
  getTable(name: string, done: Done<object>): void;
  getItemDb(table: string): { get(key: string, done: Done<object>): void };
};
type Database = {
  createKey(item: object, table: object): string;
  checkConditional(put: Put, existing: object | undefined): object | null | undefined;
  validateItem(item: object, table: object): object | null | undefined;
};
/** The parts of an engine that a transaction uses. `acquire`: no other write runs meanwhile. */
export type TransactionDeps = {
  readonly store: unknown;
  readonly checkPut: (request: Record<string, unknown>) => unknown;
  readonly put: (checked: unknown) => Promise<unknown>;
  readonly acquire: Acquire;
  readonly now: () => number;
};

/** DynamoDB API Reference, TransactWriteItems: at most 100 actions; a token counts for ten minutes. */
const MOST_ACTIONS = 100;
const TOKEN_MILLISECONDS = 10 * 60_000;

/**
 * Returns TransactWriteItems, which dynalite does not have. It supports Put: all items are stored, or none.
 *
 * A request that repeats the token of one that succeeded does nothing, as the SDK repeats a request without a response.
 */
export function transactWriteItems({ store, checkPut, put, acquire, now }: TransactionDeps) {
  const database = createRequire(import.meta.url)('dynalite/db') as Database;
  const tokens = new Map<string, { readonly at: number; readonly items: unknown }>();
  return async (request: Request): Promise<object> => {
    const { TransactItems: items, ClientRequestToken: token } = request;
    const puts = putsOf(items).map((one) => checkPut({ ...one }) as Put);
    const release = await acquire();
    try {
      for (const [old, { at }] of tokens)
        if (now() - at < TOKEN_MILLISECONDS) break;
        else tokens.delete(old);
      const known = typeof token === 'string' ? tokens.get(token) : undefined;
      if (known) {
        if (isDeepStrictEqual(known.items, items)) return {};
        throw refusal('IdempotentParameterMismatchException', 'The token was used for another request.');
      }
      const keys = await Promise.all(puts.map((one) => existingOf(store as ItemStore, database, one)));
      if (new Set(keys.map(({ key }) => key)).size < puts.length)
        throw validation('Transaction request cannot include multiple operations on one item');
      checkConditions(puts.map((one, i) => database.checkConditional(one, keys[i]?.existing)));
      for (const one of puts) await put(one);
      if (typeof token === 'string') tokens.set(token, { at: now(), items });
      return {};
    } finally {
      release();
    }
  };
}

function putsOf(items: unknown): readonly Record<string, unknown>[] {
  if (!Array.isArray(items) || items.length === 0 || items.length > MOST_ACTIONS)
    throw validation(`TransactItems must be a list of 1 to ${MOST_ACTIONS} actions.`);
  return items.map(({ Put: put, ...other }) => {
    const names = Object.keys(other);
    if (!put || names.length > 0)
      throw validation(`The embedded account's DynamoDB supports Put in a transaction, not ${names.join(', ')}.`);
    return put;
  });
}

/** Reads the item that a put would replace. */
async function existingOf(store: ItemStore, database: Database, { TableName, Item }: Put) {
  const table = await called<object>((done) => store.getTable(TableName, done));
  const invalid = database.validateItem(Item, table as object);
  if (invalid) throw invalid;
  const key = database.createKey(Item, table as object);
  const existing = await called<object>((done) => store.getItemDb(TableName).get(key, done)).catch((error) => {
    if ((error as Error).name !== 'NotFoundError') throw error;
    return undefined;
  });
  return { key: `${TableName} ${key}`, existing };
}

const called = <Value>(call: (done: Done<Value>) => void): Promise<Value | undefined> =>
  new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));

/** Throws what DynamoDB answers if a condition does not hold: one reason per action, in their order. */
function checkConditions(failed: readonly (object | null | undefined)[]): void {
  if (failed.every((one) => one == null)) return;
  const reasons = failed.map((one) =>
    one == null ? { Code: 'None' } : { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
  );
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`;
  throw refusal('TransactionCanceledException', message, { CancellationReasons: reasons });
}

/** An error of the form that dynalite's actions throw. */
const refusal = (name: string, message: string, more: object = {}) => {
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, Message: message, message, ...more };
  return Object.assign(new Error(message), { statusCode: 400, body });
};

const validation = (message: string) => {
  const body = { __type: 'com.amazon.coral.validate#ValidationException', message };
  return Object.assign(new Error(message), { statusCode: 400, body });
};
