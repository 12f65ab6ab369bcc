import { type DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Indexing } from '../../domain/history/indexing.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import {
  hostIndexAttributes,
  indexAttributes,
  indexFormat,
  startedAttribute,
  summaryAttribute,
} from '../../domain/history/record-index.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import { hostsOf, indexingKey, type Key, recordKey } from '../../domain/tables.ts';
import { conditionHolds } from './conditional-write.ts';
import { startTime } from './history.ts';

/** A RECORD or HOST item without the current index attributes. */
export type OlderItem = Key & Readonly<Record<string, unknown>>;

/** The index attributes of items that an older version of the product stored. */
export type OlderItems = {
  progress(): Promise<Indexing | undefined>;
  keepProgress(indexing: Indexing): Promise<void>;
  /** Reads up to 500 items behind `after`. `last`: the last item that was read; undefined at the end of the table. */
  read(after: Key | null): Promise<{ readonly older: readonly OlderItem[]; readonly last: Key | undefined }>;
  /** Adds the index attributes to an item and changes nothing else. Skips an item that has changed meanwhile. */
  index(item: OlderItem): Promise<void>;
};

/** 500 items are at most 1 MB in one request, and some seconds of writes in Reconcile's 50. */
const itemsPerRead = 500;

export function olderItemsIn(
  db: DynamoDBDocumentClient,
  { history, state }: { readonly history: string; readonly state: string },
): OlderItems {
  return {
    progress: async () => {
      const { Item } = await db.send(new GetCommand({ TableName: state, Key: indexingKey, ConsistentRead: true }));
      return Item as Indexing | undefined;
    },
    keepProgress: async (indexing) => {
      await db.send(new PutCommand({ TableName: state, Item: { ...indexingKey, ...indexing } }));
    },
    read: async (after) => {
      const { Items = [], LastEvaluatedKey } = await db.send(new ScanCommand(olderThanNow(history, after)));
      return { older: Items as OlderItem[], last: LastEvaluatedKey as Key | undefined };
    },
    index: async (item) => {
      const attributes = await attributesOf(db, history, item);
      if (attributes) await addAttributes(db, history, item, attributes);
    },
  };
}

/** A Scan, because nothing else finds items whose keys nobody knows. Reconcile needs it once per format. */
const olderThanNow = (TableName: string, after: Key | null) => ({
  TableName,
  FilterExpression:
    '(begins_with(pk, :records) AND (attribute_not_exists(#summary.#format) OR #summary.#format <> :format))' +
    ' OR (begins_with(pk, :hosts) AND attribute_not_exists(#started))',
  ExpressionAttributeNames: { '#summary': summaryAttribute, '#format': 'format', '#started': startedAttribute },
  ExpressionAttributeValues: { ':records': recordKey('').pk, ':hosts': hostsOf(''), ':format': indexFormat },
  Limit: itemsPerRead,
  ...(after ? { ExclusiveStartKey: after } : {}),
});

/** Returns the index attributes of an item; undefined for a look at hosts, which is no rollback. */
async function attributesOf(db: DynamoDBDocumentClient, table: string, { pk, ...item }: OlderItem) {
  if (pk.startsWith(recordKey('').pk)) {
    const record = item as unknown as RollbackRecord;
    return typeof record.start_time === 'string' ? indexAttributes(record) : undefined;
  }
  const rollback = pk.slice(hostsOf('').length);
  const start = await startTime(db, table, rollback);
  const { instance_id, step } = item as unknown as KeptVerdict;
  return start === undefined ? undefined : hostIndexAttributes(instance_id, rollback, step, start);
}

/** Sets the attributes unless the item is gone, or is a RECORD of more events by now: its writer has indexed that. */
async function addAttributes(
  db: DynamoDBDocumentClient,
  TableName: string,
  { pk, sk, events = null }: OlderItem,
  attributes: Readonly<Record<string, unknown>>,
): Promise<void> {
  const entries = Object.entries(attributes);
  const isRecord = events !== null;
  await conditionHolds(
    db.send(
      new UpdateCommand({
        TableName,
        Key: { pk, sk },
        UpdateExpression: `SET ${entries.map((_, i) => `#n${i} = :v${i}`).join(', ')}`,
        ConditionExpression: isRecord ? '#events = :events' : 'attribute_exists(pk)',
        ExpressionAttributeNames: {
          ...Object.fromEntries(entries.map(([name], i) => [`#n${i}`, name])),
          ...(isRecord ? { '#events': 'events' } : {}),
        },
        ExpressionAttributeValues: {
          ...Object.fromEntries(entries.map(([, value], i) => [`:v${i}`, value])),
          ...(isRecord ? { ':events': events } : {}),
        },
      }),
    ),
  );
}
