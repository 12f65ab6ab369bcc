import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Chain, chainWith, endOf, type RollbackEvent, type ToAppend } from '../../domain/history/event.ts';
import { type Link, type LinkedKind, linkOf } from '../../domain/history/link.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { hostIndexAttributes, indexAttributes } from '../../domain/history/record-index.ts';
import { type KeptVerdict, reportsHash } from '../../domain/host/host-reports.ts';
import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import { eventKey, eventsOf, hostKey, hostsOf, isRollbackId, recordKey } from '../../domain/tables.ts';
import { linksIn } from './links.ts';
import { queryItems } from './query-items.ts';

/** The history table, as the functions use it. */
export type History = {
  /**
   * Appends events to a rollback's chain, updates its RECORD in the same transaction, and returns the chain's new end. An
   * event whose id the chain has already is not added again.
   */
  append(rollback: string, ...happened: ToAppend[]): Promise<Chain>;
  /** The same, and returns the whole chain. */
  appended(rollback: string, ...happened: ToAppend[]): Promise<RollbackEvent[]>;
  /** Reads a rollback's chain. */
  events(rollback: string): Promise<RollbackEvent[]>;
  /**
   * Stores each host's verdict on a step; it replaces the verdict of an earlier attempt. `start`: the rollback's
   * start_time, if its opening event may not be stored yet.
   */
  putHosts(rollback: string, step: string, verdicts: readonly HostVerdict[], start?: string): Promise<void>;
  /** Returns the hosts' verdicts on one step. */
  hosts(rollback: string, step: string): Promise<readonly StoredVerdict[]>;
  /** Returns the hosts' verdicts on every step. */
  everyHost(rollback: string): Promise<readonly StoredVerdict[]>;
  /**
   * Adds a link to the chain of links: the rollback was opened, or its history was sealed. `chain`: the end of the
   * rollback's own chain there. Repeating it adds a second link, which contradicts nothing.
   */
  link(rollback: string, kind: LinkedKind, chain: Chain, when: Pick<Link, 'at' | 'late'>): Promise<void>;
};

export type StoredVerdict = KeptVerdict;

type Sleep = (milliseconds: number) => Promise<unknown>;

/** `sleep`: waits between the tries of a batch that DynamoDB throttles. */
export function historyIn(db: DynamoDBDocumentClient, table: string, sleep: Sleep): History {
  const known = knownChains();
  const events = async (rollback: string) =>
    known.keep(
      rollback,
      (await queryItems(db, table, eventsOf(rollback))).map(
        ({ pk, sk, ...event }) => event as unknown as RollbackEvent,
      ),
    );
  const appended: History['appended'] = async (rollback, ...happened) => {
    let stored = known.of(rollback) ?? (await events(rollback));
    if (stored.length === 0 && !isOpening(happened)) stored = await events(rollback); // another function may have opened it
    if (stored.length === 0) checkOpening(rollback, happened);
    const chain: ChainStore = {
      rollback,
      events: () => events(rollback),
      putIfAbsent: (added, all) => putIfAbsent(db, table, added, recordOf(all)),
      sleep,
    };
    for (let from = 0; from < happened.length; from += mostPerWrite)
      stored = known.keep(rollback, await appendSome(chain, stored, happened.slice(from, from + mostPerWrite)));
    return [...stored];
  };

  const links = linksIn(db, table);

  return {
    events: async (rollback) => [...(await events(rollback))],
    appended,
    append: async (...given) => endOf(await appended(...given)),

    putHosts: async (rollback, step, verdicts, given) => {
      const [opening] = known.of(rollback) ?? [];
      const start = given ?? (opening ? startIn(opening) : await startTime(db, table, rollback));
      // 25 is BatchWriteItem's limit.
      for (let from = 0; from < verdicts.length; from += 25)
        await writeBatch(
          { db, table, sleep },
          verdicts.slice(from, from + 25).map((verdict) => hostItem({ rollback, start }, step, verdict)),
        );
    },

    hosts: async (rollback, step) =>
      (await queryItems(db, table, hostsOf(rollback), `${step}#`)) as unknown as StoredVerdict[],

    everyHost: async (rollback) => (await queryItems(db, table, hostsOf(rollback))) as unknown as StoredVerdict[],

    link: async (rollback, kind, chain, when) => void (await links.append(linkOf(kind, rollback, chain), when)),
  };
}

/** Rollbacks whose chains a function keeps in memory; it works on one, and on the one that its alarm joins. */
const mostKnown = 4;

/**
 * The chains as this function last read or wrote them. An append needs no other: its condition on the sequence number fails
 * if another function has appended meanwhile, and the chain is then read again.
 */
function knownChains() {
  const chains = new Map<string, RollbackEvent[]>();
  return {
    of: (rollback: string) => chains.get(rollback),
    keep: (rollback: string, events: RollbackEvent[]): RollbackEvent[] => {
      chains.delete(rollback);
      chains.set(rollback, events);
      for (const oldest of [...chains.keys()].slice(0, -mostKnown)) chains.delete(oldest);
      return events;
    },
  };
}

/** The rollback has no opening event, so no record can be made of its history, now or later. */
export class NeverOpened extends Error {
  override readonly name = 'NeverOpened';
}

const isOpening = ([first]: readonly ToAppend[]): boolean => typeIn(first) === 'Rollback opened';
const typeIn = (one: ToAppend | undefined) => (typeof one === 'object' ? one.type : undefined);

function checkOpening(rollback: string, happened: readonly ToAppend[]): void {
  if (!isOpening(happened))
    throw new NeverOpened(
      `Rollback ${rollback} was never opened: it has no history to append "${typeIn(happened[0])}" to.`,
    );
}

/** The stored chain of one rollback. */
type ChainStore = {
  readonly rollback: string;
  readonly events: () => Promise<RollbackEvent[]>;
  /** Stores events, and the RECORD of the whole chain with them. Otherwise nothing is stored, and it says why. */
  readonly putIfAbsent: (added: readonly RollbackEvent[], all: readonly RollbackEvent[]) => Promise<Stored>;
  readonly sleep: Sleep;
};
/** `lost`: another writer has stored an event of such a sequence number. `busy`: DynamoDB asks to try again. */
type Stored = 'stored' | 'lost' | 'busy';

const mostAppendTries = 20;
/** Nine events and the RECORD: a transaction has at most 4 MB, and an item 400 KB. */
const mostPerWrite = 9;

/**
 * Stores more events and returns the chain with them. Those whose id the chain has already are left out.
 *
 * Put-if-absent on the sequence number: two writers cannot both store event 7. The writer that loses reads the chain
 * again and appends behind its new end. 20 tries are more than the number of writers that this product has.
 */
async function appendSome(
  chain: ChainStore,
  stored: RollbackEvent[],
  happened: readonly ToAppend[],
): Promise<RollbackEvent[]> {
  let known = stored;
  for (let attempt = 0; attempt < mostAppendTries; attempt += 1) {
    const all = chainWith(chain.rollback, known, happened);
    if (all.length === known.length) return known;
    const result = await chain.putIfAbsent(all.slice(known.length), all);
    if (result === 'stored') return all;
    if (result === 'busy') await chain.sleep(Math.min(50 * 2 ** attempt, 1000)); // 15 s in all
    known = await chain.events();
  }
  const names = chainWith(chain.rollback, known, happened)
    .slice(known.length)
    .map(({ id }) => id)
    .join(', ');
  throw new Error(
    `Event ${names} of rollback ${chain.rollback} could not be appended: ${mostAppendTries} concurrent-write conflicts.`,
  );
}

/**
 * One transaction, so the RECORD is always the projection of the events that are stored, whenever a function dies. It needs
 * no condition: its writer has the events before, because each event's number was free.
 */
async function putIfAbsent(
  db: DynamoDBDocumentClient,
  table: string,
  added: readonly RollbackEvent[],
  record: RollbackRecord,
): Promise<Stored> {
  const events = added.map((event) => ({
    TableName: table,
    Item: { ...eventKey(record.rollback_id, event.sequence), ...event },
    ConditionExpression: 'attribute_not_exists(pk)',
  }));
  const projection = {
    TableName: table,
    Item: { ...recordKey(record.rollback_id), ...record, ...indexAttributes(record) },
  };
  try {
    await db.send(new TransactWriteCommand({ TransactItems: [...events, projection].map((Put) => ({ Put })) }));
    return 'stored';
  } catch (error) {
    const codes =
      error instanceof TransactionCanceledException ? error.CancellationReasons?.map(({ Code }) => Code) : [];
    if (codes?.includes('ConditionalCheckFailed')) return 'lost';
    // The SDK does not repeat a transaction that was cancelled, also for a reason that passes.
    if (codes?.some((code) => passing.includes(code ?? ''))) return 'busy';
    throw error;
  }
}

/** Reasons of a cancellation that pass (DynamoDB API Reference, TransactWriteItems, "Cancellation reasons"). */
const passing = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

/** Returns a rollback's start_time from its opening event; undefined for a look at hosts or a preparation, which are no rollbacks. */
export async function startTime(
  db: DynamoDBDocumentClient,
  table: string,
  rollback: string,
): Promise<string | undefined> {
  if (!isRollbackId(rollback)) return undefined;
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': eventsOf(rollback) },
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  const [opening] = Items as unknown as RollbackEvent[];
  return opening && startIn(opening);
}

const startIn = ({ detail }: RollbackEvent) => detail['start_time'] as string | undefined;

const hostItem = (
  { rollback, start }: { readonly rollback: string; readonly start: string | undefined },
  step: string,
  { host, verdict, reason, report, command_id, answered }: HostVerdict,
) => ({
  ...hostKey(rollback, step, host.instance_id),
  ...(start === undefined ? {} : hostIndexAttributes(host.instance_id, rollback, step, start)),
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
  { db, table, sleep }: { readonly db: DynamoDBDocumentClient; readonly table: string; readonly sleep: Sleep },
  batch: readonly Record<string, unknown>[],
): Promise<void> {
  let requests = batch.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 0; requests.length > 0; attempt += 1) {
    if (attempt === 8) throw new Error(`Table ${table} did not accept ${requests.length} host verdicts in 8 tries.`);
    if (attempt > 0) await sleep(100 * 2 ** attempt); // 0.2 to 12.8 s, 25 s in all
    const { UnprocessedItems } = await db.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
    requests = (UnprocessedItems?.[table] ?? []) as typeof requests;
  }
}

/** Returns the same for a step of which these verdicts are all. */
export const reportsIn = (step: string, verdicts: readonly HostVerdict[]): Record<string, string> => ({
  [step]: reportsHash(verdicts.map(({ host, ...one }) => ({ step, ...host, ...one }))),
});

/** Returns the hash of the hosts' reports per step, for the event that refers to them. */
export async function reportsOf(
  { hosts }: Pick<History, 'hosts'>,
  rollback: string,
  ...steps: readonly string[]
): Promise<Record<string, string>> {
  const hashes = steps.map(async (step) => [step, reportsHash(await hosts(rollback, step))] as const);
  return Object.fromEntries(await Promise.all(hashes));
}
