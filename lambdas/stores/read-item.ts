import { BatchGetCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Key } from '../../domain/tables.ts';

type Item = Readonly<Record<string, unknown>>;
/** Keys of one partition that are read together, and their items. */
type Batch = { readonly keys: Key[]; readonly items: Promise<readonly Item[]> };

/** The batches that are being collected, by client, and by table and partition. */
const collected = new WeakMap<DynamoDBDocumentClient, Map<string, Batch>>();

/**
 * Reads one item of a table, consistently. Items of one partition that are asked for at the same time are read by one
 * request, which costs as much as a request for each.
 *
 * Items of other partitions need other statements of the function's policy. IAM compares all keys of a request with one
 * statement, so a request for several partitions would be denied.
 */
export async function readItem(db: DynamoDBDocumentClient, table: string, key: Key): Promise<Item | undefined> {
  const batches = collected.get(db) ?? new Map<string, Batch>();
  collected.set(db, batches);
  const partition = `${table}/${key.pk}`;
  const batch = batches.get(partition) ?? newBatch(db, table, () => batches.delete(partition));
  batches.set(partition, batch);
  if (!batch.keys.some(({ sk }) => sk === key.sk)) batch.keys.push(key);
  return (await batch.items).find(({ sk }) => sk === key.sk);
}

/** `closed`: is called before the keys are read; a key that comes later belongs to another batch. */
function newBatch(db: DynamoDBDocumentClient, table: string, closed: () => void): Batch {
  const keys: Key[] = [];
  const items = Promise.resolve().then(() => {
    closed();
    return readAll(db, table, keys);
  });
  return { keys, items };
}

/**
 * Reads at most 100 items with one request. They may be of several partitions if one statement of the function's policy names all
 * of these.
 */
export async function readAll(
  db: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
): Promise<readonly Item[]> {
  const [only] = keys;
  if (only && keys.length === 1) return readOne(db, table, only);
  const { Responses = {}, UnprocessedKeys = {} } = await db.send(
    new BatchGetCommand({ RequestItems: { [table]: { Keys: [...keys], ConsistentRead: true } } }),
  );
  // A throttled batch leaves keys out. The SDK retries a throttled request for one item.
  const left = await Promise.all(
    (UnprocessedKeys[table]?.Keys ?? []).map(({ pk, sk }) => readOne(db, table, { pk, sk } as Key)),
  );
  return [...(Responses[table] ?? []), ...left.flat()];
}

async function readOne(db: DynamoDBDocumentClient, TableName: string, Key: Key): Promise<readonly Item[]> {
  const { Item } = await db.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return Item ? [Item] : [];
}
