import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Chain, chained, endOf, type Happened, type RollbackEvent } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { type KeptVerdict, reportsHash } from '../../domain/host/host-reports.ts';
import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import { eventKey, eventsOf, hostKey, hostsOf, recordKey } from '../../domain/tables.ts';
import { put } from './put-if.ts';
import { items } from './query-items.ts';

/** The history table, as the functions use it. */
export type History = {
  /**
   * Adds events to the end of a rollback's chain and brings its RECORD up to date; returns the chain's new end.
   * Telling the same happening again adds nothing.
   */
  append(rollback: string, ...happened: Happened[]): Promise<Chain>;
  events(rollback: string): Promise<RollbackEvent[]>;
  /** Stores each host's verdict on a step, over that of an earlier attempt. */
  putHosts(rollback: string, step: string, verdicts: readonly HostVerdict[]): Promise<void>;
  /** The hosts' verdicts on one step. */
  hosts(rollback: string, step: string): Promise<readonly StoredVerdict[]>;
  /** The hosts' verdicts on every step. */
  everyHost(rollback: string): Promise<readonly StoredVerdict[]>;
};

export type StoredVerdict = KeptVerdict;

export function historyIn(db: DynamoDBDocumentClient, table: string): History {
  const events = async (rollback: string) =>
    (await items(db, table, eventsOf(rollback))).map(({ pk, sk, ...event }) => event as unknown as RollbackEvent);

  return {
    events,

    append: async (rollback, ...happened) => {
      let stored = await events(rollback);
      if (stored.length === 0) checkOpening(rollback, happened);
      for (const one of happened) stored = await appendOne(db, table, rollback, stored, one, () => events(rollback));
      await putRecord(db, table, recordOf(stored));
      return endOf(stored);
    },

    putHosts: async (rollback, step, verdicts) => {
      // 25 is BatchWriteItem's limit.
      for (let from = 0; from < verdicts.length; from += 25)
        await writeBatch(
          db,
          table,
          verdicts.slice(from, from + 25).map((verdict) => hostItem(rollback, step, verdict)),
        );
    },

    hosts: async (rollback, step) =>
      (await items(db, table, hostsOf(rollback), `${step}#`)) as unknown as StoredVerdict[],

    everyHost: async (rollback) => (await items(db, table, hostsOf(rollback))) as unknown as StoredVerdict[],
  };
}

/** Without an opening no record can be made of a history, now or later. */
export class NeverOpened extends Error {
  override readonly name = 'NeverOpened';
}

function checkOpening(rollback: string, [first]: readonly Happened[]): void {
  if (first?.type !== 'Rollback opened')
    throw new NeverOpened(
      `Rollback ${rollback} was never opened, so there is no history that "${first?.type}" could be written into.`,
    );
}

/**
 * The chain with one more event, unless it is in there already (it was told twice).
 *
 * Put-if-absent on the sequence: two writers cannot both be event 7. The loser reads the chain again and goes behind its
 * end. 20 tries outlast any number of writers this product has.
 */
async function appendOne(
  db: DynamoDBDocumentClient,
  table: string,
  rollback: string,
  stored: RollbackEvent[],
  happened: Happened,
  events: () => Promise<RollbackEvent[]>,
): Promise<RollbackEvent[]> {
  let known = stored;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (known.some(({ id }) => id === happened.id)) return known;
    const event = chained(rollback, endOf(known), happened);
    const Item = { ...eventKey(rollback, event.sequence), ...event };
    if (await put(db, { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' }))
      return [...known, event];
    known = await events();
  }
  throw new Error(`Event ${happened.id} of rollback ${rollback} found no place in its chain in 20 tries.`);
}

/** Never over a newer projection: whoever has read more events wins. */
async function putRecord(db: DynamoDBDocumentClient, table: string, record: RollbackRecord): Promise<void> {
  await put(db, {
    TableName: table,
    Item: { ...recordKey(record.rollback_id), ...record },
    ConditionExpression: 'attribute_not_exists(pk) OR #events < :events',
    ExpressionAttributeNames: { '#events': 'events' },
    ExpressionAttributeValues: { ':events': record.events },
  });
}

const hostItem = (
  rollback: string,
  step: string,
  { host, verdict, reason, report, command_id, answered }: HostVerdict,
) => ({
  ...hostKey(rollback, step, host.instance_id),
  rollback,
  step,
  ...host,
  verdict,
  reason,
  report,
  command_id,
  ...(answered ? { answered } : {}),
});

async function writeBatch(
  db: DynamoDBDocumentClient,
  table: string,
  batch: readonly Record<string, unknown>[],
): Promise<void> {
  let requests = batch.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 0; requests.length > 0; attempt += 1) {
    if (attempt === 8) throw new Error(`${requests.length} host verdicts were not taken by table ${table} in 8 tries.`);
    if (attempt > 0) await sleep(100 * 2 ** attempt); // 0.2 to 12.8 s, 25 s in all
    const { UnprocessedItems } = await db.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
    requests = (UnprocessedItems?.[table] ?? []) as typeof requests;
  }
}

/** The hash of the hosts' reports on each of these steps, for the event that speaks of them. */
export async function reportsOf(
  { hosts }: Pick<History, 'hosts'>,
  rollback: string,
  ...steps: readonly string[]
): Promise<Record<string, string>> {
  const hashes = steps.map(async (step) => [step, reportsHash(await hosts(rollback, step))] as const);
  return Object.fromEntries(await Promise.all(hashes));
}
