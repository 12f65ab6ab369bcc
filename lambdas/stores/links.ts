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
import { firstMonthKey, linkKey, linksOf, monthKey, monthsOf } from '../../domain/tables.ts';
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
  let begun = ''; // the newest month that was found with links: every month before it is closed, and stays so
  return {
    append: (content, when) => append(chain, content, when),
    closeBefore: async (at) => {
      if (monthOf(at) > begun) begun = await closeBefore(chain, at);
    },
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
  const month = monthOf(when.at);
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const link = await write(chain, await openEnd(chain, month, when.at), content, when);
    if (link) return link;
  }
  throw new Error(`A link of ${month} could not be appended: ${tries} concurrent-write conflicts.`);
}

/**
 * Returns the newest month that has links; '' if there is none. Writes nothing if another writer is faster: Reconcile calls it
 * again every minute.
 */
async function closeBefore(chain: ChainTable, at: string): Promise<string> {
  const month = monthOf(at);
  const end = await newestEnd(chain);
  if (end && !end.closed && end.month < month) await write(chain, end, { kind: 'month closed', next: month }, { at });
  return end?.month ?? '';
}

/** Returns the end at which a writer of this month writes: of its month, or of a later one that has begun. */
async function openEnd(chain: ChainTable, month: string, at: string): Promise<MonthEnd> {
  const end = await endOf(chain, month);
  if (end.sequence > 0 && !end.closed) return end;
  return advanced(chain, (await newestEnd(chain)) ?? emptyMonth(await firstMonth(chain, month)), { month, at });
}

/**
 * Follows the chain from the end of a month to the first open month that is not before a writer's month.
 *
 * A month that is before it is closed, and its closing link names the writer's month as the next. There is one closing
 * link, so every month has one successor, however the clocks of its writers differ.
 */
async function advanced(
  chain: ChainTable,
  from: MonthEnd,
  { month, at }: { readonly month: string; readonly at: string },
): Promise<MonthEnd> {
  let end = from;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    if (end.closed) end = await successor(chain, end);
    else if (end.month >= month) {
      await putIfAbsent(chain, monthKey(end.month));
      return end;
    } else {
      await putIfAbsent(chain, monthKey(end.month));
      const link = await write(chain, end, { kind: 'month closed', next: month }, { at });
      end = link ? monthEndAfter(link) : await endOf(chain, end.month, end);
    }
  }
  throw new Error(`The links of ${end.month} could not be closed: ${tries} concurrent-write conflicts.`);
}

/** Returns the end of the month that continues a closed one. An older version's closing link does not name it. */
async function successor(chain: ChainTable, { month, hash, next }: MonthEnd): Promise<MonthEnd> {
  const name = next ?? nextMonth(month);
  return endOf(chain, name, emptyMonth(name, hash));
}

/** Returns the end of the newest month that has links; undefined if there are no links at all. */
async function newestEnd(chain: ChainTable): Promise<MonthEnd | undefined> {
  let before: string | undefined;
  for (;;) {
    const month = await newest(chain, monthsOf, before);
    if (!month) return undefined;
    const end = await endOf(chain, String(month['sk']));
    if (end.sequence > 0) return end;
    before = end.month; // a writer was stopped before its first link
  }
}

/** Returns the month of the very first link: that of the first writer who stores it. */
async function firstMonth(chain: ChainTable, month: string): Promise<string> {
  await putIfAbsent(chain, { ...firstMonthKey, month });
  return String((await newest(chain, firstMonthKey.pk))?.['month']);
}

/** Writes the link at that end; returns undefined if another writer was faster. */
async function write(chain: ChainTable, end: MonthEnd, content: LinkContent, when: When): Promise<Link | undefined> {
  const link = linked(end, content, when);
  return (await putIfAbsent(chain, { ...linkKey(link.month, link.sequence), ...link })) ? link : undefined;
}

/** `otherwise`: the end of a month that has no links yet. */
async function endOf(chain: ChainTable, month: string, otherwise = emptyMonth(month)): Promise<MonthEnd> {
  const last = await newest(chain, linksOf(month));
  return last ? monthEndAfter(last as unknown as Link) : otherwise;
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
