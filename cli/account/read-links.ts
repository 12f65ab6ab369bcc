import { paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { RollbackEvent } from '../../domain/history/event.ts';
import { isLinkOf, type Link, type LinkedKind, monthOf } from '../../domain/history/link.ts';
import { linksOf, monthsOf, tableNames } from '../../domain/tables.ts';
import type { Connection } from './clients.ts';

/** By month: links in their order, not necessarily all of them. */
export type LinksByMonth = Readonly<Record<string, readonly Link[]>>;

type Due = { readonly kind: LinkedKind; readonly count: number };

/**
 * Returns the links of a rollback by month, each with the link before and after it.
 *
 * Reads the months of the opening and of the seals, and later months only for a link that those do not have: a link that
 * was late, or whose month was closed, is in a later one.
 */
export async function readLinks(connection: Connection, events: readonly RollbackEvent[]): Promise<LinksByMonth> {
  const rollback = events[0]?.rollback ?? '';
  const due = linksDue(events);
  const months = await query(connection, monthsOf);
  const found: Record<string, readonly Link[]> = {};
  const missing = new Map(due.map((one) => [keyOf(one), one.month]));
  for (const [i, { sk: month }] of months.entries()) {
    if (![...missing.values()].some((from) => from <= month)) continue;
    const links = (await query(connection, linksOf(month))) as unknown as readonly (Link & {
      pk: string;
      sk: string;
    })[];
    const near = withNeighbours(links.map(withoutKey), rollback);
    if (near.length === 0) continue;
    const before = months[i - 1]?.sk;
    if (near[0]?.sequence === 1 && before !== undefined) {
      const last = await lastLink(connection, before);
      found[before] = [...(found[before] ?? []), ...(last && !hasLink(found[before], last) ? [last] : [])];
    }
    found[month] = near;
    for (const link of near) if ('rollback' in link && link.rollback === rollback) missing.delete(keyOf(link));
  }
  return found;
}

/** The opening's link, and one per seal. */
const linksDue = (events: readonly RollbackEvent[]): (Due & { readonly month: string })[] =>
  events.flatMap(({ type, sequence, at }) => {
    if (sequence !== 1 && type !== 'Sealed') return [];
    return [{ kind: sequence === 1 ? 'opened' : 'sealed', count: sequence, month: monthOf(at) }];
  });

const keyOf = ({ kind, count }: Due) => `${kind} ${count}`;

function withNeighbours(links: readonly Link[], rollback: string): Link[] {
  const isOwn = (link: Link | undefined) => isLinkOf(link, rollback);
  return links.filter((link, i) => isOwn(link) || isOwn(links[i - 1]) || isOwn(links[i + 1]));
}

const hasLink = (links: readonly Link[] = [], { sequence }: Link) => links.some((one) => one.sequence === sequence);

async function lastLink({ db, name }: Connection, month: string): Promise<Link | undefined> {
  const { Items = [] } = await db.send(
    new QueryCommand({ ...queryOf(name, linksOf(month)), ScanIndexForward: false, Limit: 1 }),
  );
  return (Items as (Link & { pk: string; sk: string })[]).map(withoutKey)[0];
}

const withoutKey = ({ pk: _, sk: __, ...link }: Link & { pk: string; sk: string }): Link => link as Link;

const queryOf = (environment: string, pk: string) => ({
  TableName: tableNames(environment).history,
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': pk },
  ConsistentRead: true,
});

async function query({ db, name }: Connection, pk: string): Promise<{ readonly sk: string }[]> {
  const found: { readonly sk: string }[] = [];
  for await (const { Items = [] } of paginateQuery({ client: db }, queryOf(name, pk)))
    found.push(...(Items as { readonly sk: string }[]));
  return found;
}
