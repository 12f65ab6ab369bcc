import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  emptyMonth,
  type Link,
  type LinkContent,
  linked,
  type MonthEnd,
  monthEndAfter,
  monthOf,
  nextMonth,
} from '../../domain/history/link.ts';
import { linkKey, linksOf, monthKey, monthsOf } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';
import { queryItems } from './query-items.ts';

/** The chain of links in the history table. A link is put where none is, and nothing changes or deletes it. */
export type Links = {
  /**
   * Writes a link at the end of its month, or of the first later month that is open. Repeating it adds a second link of
   * the same content, which contradicts nothing.
   */
  append(content: LinkContent, when: Pick<Link, 'at' | 'late'>): Promise<Link>;
  /** Ends every month before the one of `at`. */
  closeBefore(at: string): Promise<void>;
  /** The months that have links, oldest first. */
  months(): Promise<readonly string[]>;
  /** The links of a month, in order. */
  ofMonth(month: string): Promise<readonly Link[]>;
  /** The links of a month behind a sequence number, in order, at most `most` of them. */
  after(month: string, sequence: number, most: number): Promise<readonly Link[]>;
};

/** Two writers cannot both be link 7: the loser reads the end again. 50 tries outlast any number of writers of this product. */
const tries = 50;

export function linksIn(db: DynamoDBDocumentClient, table: string): Links {
  const chain: ChainTable = { db, table };
  return {
    append: (content, when) => append(chain, content, when),
    closeBefore: async (at) => void (await closeMonthBefore(chain, monthOf(at), at)),
    months: async () => (await queryItems(db, table, monthsOf)).map(({ sk }) => String(sk)),
    ofMonth: async (month) => (await queryItems(db, table, linksOf(month))).map(linkIn),
    after: async (month, sequence, most) => {
      const { Items = [] } = await db.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk > :sk',
          ExpressionAttributeValues: { ':pk': linksOf(month), ':sk': linkKey(month, sequence).sk },
          Limit: most,
          ConsistentRead: true,
        }),
      );
      return Items.map(linkIn);
    },
  };
}

const linkIn = ({ pk, sk, ...link }: Record<string, unknown>) => link as unknown as Link;

type ChainTable = { readonly db: DynamoDBDocumentClient; readonly table: string };
type When = Pick<Link, 'at' | 'late'>;

async function append(chain: ChainTable, content: LinkContent, when: When): Promise<Link> {
  let month = monthOf(when.at);
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const place = await nextPlace(chain, month, when.at);
    if (typeof place === 'string') month = place;
    else {
      const link = await write(chain, place, content, when);
      if (link) return link;
    }
  }
  throw new Error(`A link of ${month} could not be appended: ${tries} concurrent-write conflicts.`);
}

/** Returns the end of a month, where its next link is written; the name of a later month if this one is over. */
async function nextPlace(chain: ChainTable, month: string, at: string): Promise<MonthEnd | string> {
  const end = await endOf(chain, month);
  if (end.closed) return nextMonth(month);
  if (end.sequence > 0) return end;
  return (await laterMonth(chain, month)) ?? begin(chain, month, at);
}

/** Returns the newest month with links if it is later than a month: a writer with another clock began it. */
async function laterMonth(chain: ChainTable, month: string): Promise<string | undefined> {
  const last = await newest(chain, monthsOf);
  return last && String(last['sk']) > month ? String(last['sk']) : undefined;
}

/**
 * Begins a month without links: it continues the newest month before it, which ends here. Returns the name of a later
 * month if another writer began one in the meantime.
 *
 * The month is put before the months are read. Of two writers that begin two months at once, one at least sees the
 * other's month, so both months never continue the same one.
 */
async function begin(chain: ChainTable, month: string, at: string): Promise<MonthEnd | string> {
  await putIfAbsent(chain, monthKey(month));
  return (await laterMonth(chain, month)) ?? emptyMonth(month, await closeMonthBefore(chain, month, at));
}

/** Ends the newest month before a month; returns its last hash, undefined if there is none. */
async function closeMonthBefore(chain: ChainTable, month: string, at: string): Promise<string | undefined> {
  const before = await newest(chain, monthsOf, month);
  return before && close(chain, String(before['sk']), at);
}

/** Ends a month unless it has ended; returns the hash that the next month continues. */
async function close(chain: ChainTable, month: string, at: string): Promise<string> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const end = await endOf(chain, month);
    if (end.closed) return end.hash;
    // A writer that was stopped may have begun the month without a link.
    const open = end.sequence === 0 ? emptyMonth(month, await closeMonthBefore(chain, month, at)) : end;
    const link = await write(chain, open, { kind: 'month closed' }, { at });
    if (link) return link.hash;
  }
  throw new Error(`The links of ${month} could not be closed: ${tries} concurrent-write conflicts.`);
}

/** Writes the link at that end; returns undefined if another writer was faster. */
async function write(chain: ChainTable, end: MonthEnd, content: LinkContent, when: When): Promise<Link | undefined> {
  const link = linked(end, content, when);
  return (await putIfAbsent(chain, { ...linkKey(link.month, link.sequence), ...link })) ? link : undefined;
}

async function endOf(chain: ChainTable, month: string): Promise<MonthEnd> {
  const last = await newest(chain, linksOf(month));
  return last ? monthEndAfter(last as unknown as Link) : emptyMonth(month);
}

/** Returns the item with the highest sort key of a partition, or with the highest one below `before`. */
async function newest({ db, table }: ChainTable, pk: string, before?: string) {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: before === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :before',
      ExpressionAttributeValues: { ':pk': pk, ...(before === undefined ? {} : { ':before': before }) },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  return Items[0];
}

const putIfAbsent = ({ db, table }: ChainTable, Item: Record<string, unknown>): Promise<boolean> =>
  putIf(db, { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' });
