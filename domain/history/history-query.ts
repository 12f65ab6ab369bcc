import { contentHash } from '../content-hash.ts';
import { InvalidInput } from '../errors.ts';
import {
  type Facet,
  facetAttribute,
  facets,
  indexName,
  type RecordSummary,
  startedAttribute,
  summaryAttribute,
} from './record-index.ts';

/** The filters of an auditor's query. An absent field means every value; `mode` is `live` unless it says otherwise. */
export type HistoryFilter = {
  /** Instance id. */
  readonly host?: string;
  readonly principal?: string;
  readonly operator?: string;
  /** The version that was rolled back. */
  readonly version?: string;
  readonly ending?: string;
  /** Whether a root cause is set. */
  readonly cause?: boolean;
  readonly trigger?: string;
  readonly severity?: string;
  readonly phase?: number;
  /** `live`, `plan` or `simulate`: plans and drills are apart. */
  readonly mode?: string;
  /** ISO 8601, of the rollbacks' starts: from this instant on, and before that one. */
  readonly from?: string;
  readonly to?: string;
};

/**
 * Returns the facet whose index has the fewest items for a filter: the first of `facets`, which are in that order.
 * All others are judged item by item.
 */
export const leadingFacet = (filter: HistoryFilter): Facet =>
  facets.find((facet) => facet !== 'mode' && filter[facet] !== undefined) ?? 'mode';

/** The key of the last item of a page; the next page begins after it. */
export type PageKey = Readonly<Record<string, string>>;

/** A Query of DynamoDB, as its API takes it. */
export type HistoryQuery = {
  readonly TableName: string;
  readonly IndexName: string;
  readonly KeyConditionExpression: string;
  readonly FilterExpression?: string;
  readonly ExpressionAttributeNames: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues: Readonly<Record<string, unknown>>;
  readonly ScanIndexForward: false;
  readonly ExclusiveStartKey?: PageKey;
};

/**
 * Returns the one Query that reads a page of the result, newest first. DynamoDB reads at most 1 MB for it: some 1,500
 * rollbacks, of which the page has those that the rest of the filter lets through.
 */
export function historyQuery(table: string, filter: HistoryFilter, after?: PageKey): HistoryQuery {
  const facet = leadingFacet(filter);
  const mode = filter.mode ?? 'live';
  const rest = facet === 'host' ? {} : restOf(filter, facet);
  const filters = Object.keys(rest).map((name) => `#summary.#${name} = :${name}`);
  const value = facet === 'mode' ? mode : String(filter[facet]);
  return {
    TableName: table,
    IndexName: indexName(facet),
    KeyConditionExpression: '#facet = :facet AND #started BETWEEN :from AND :to',
    ...(filters.length > 0 ? { FilterExpression: filters.join(' AND ') } : {}),
    ExpressionAttributeNames: {
      '#facet': facetAttribute(facet),
      '#started': startedAttribute,
      ...(filters.length > 0 ? { '#summary': summaryAttribute } : {}),
      ...Object.fromEntries(Object.keys(rest).map((name) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ':facet': value,
      ':from': filter.from ?? '0',
      // A verdict is at most a day younger than the start of its rollback, which the machine's own timeout ends.
      ':to': upperBound(facet === 'host' && filter.to ? dayAfter(filter.to) : filter.to),
      ...Object.fromEntries(Object.entries(rest).map(([name, one]) => [`:${name}`, one])),
    },
    ScanIndexForward: false,
    ...(after ? { ExclusiveStartKey: after } : {}),
  };
}

const dayAfter = (at: string) => new Date(Date.parse(at) + 86_400_000).toISOString();

/** A rollback that starts at `to` is left out, because `<to>` sorts before `<to>#<id>`. `~` sorts behind every instant. */
const upperBound = (to: string | undefined) => to ?? '~';

/** The fields of a filter that the index does not cover, by their names in the summary. */
function restOf({ from: _, to: __, host: ___, mode = 'live', ...fields }: HistoryFilter, leading: Facet) {
  const named = Object.entries({ ...fields, mode });
  return Object.fromEntries(named.filter(([name, value]) => name !== leading && value !== undefined));
}

/** Whether a filter lets a rollback through; for rollbacks that were found by a host. */
export function passes(filter: HistoryFilter, summary: RecordSummary): boolean {
  const rest: Record<string, unknown> = restOf(filter, 'host');
  return (
    Object.entries(rest).every(([name, value]) => summary[name as keyof RecordSummary] === value) &&
    (filter.from === undefined || summary.start_time >= filter.from) &&
    (filter.to === undefined || summary.start_time < filter.to)
  );
}

/** The lifetime of a page's token, in milliseconds. An older token is refused, because the list may have changed by then. */
const tokenLives = 24 * 3_600_000;

type Token = { readonly of: string; readonly at: number; readonly key: PageKey };

/** Returns the token of the next page: the key after which it begins, the filter, and the instant of the token. */
export const pageToken = (filter: HistoryFilter, key: PageKey, now: number): string =>
  Buffer.from(JSON.stringify({ of: contentHash(filter), at: now, key } satisfies Token)).toString('base64url');

/** Returns where the page of a token begins. Throws InvalidInput if it is none, is of another filter, or is too old. */
export function pageKeyOf(filter: HistoryFilter, token: string, now: number): PageKey {
  const again = 'Run the command again without --page to begin at the newest rollback.';
  const read = parsedToken(token);
  if (!read)
    throw new InvalidInput(`The page token ${token.slice(0, 20)}… is not one that this command printed. ${again}`);
  if (read.of !== contentHash(filter)) throw new InvalidInput(`The page token belongs to other filters. ${again}`);
  if (now - read.at > tokenLives)
    throw new InvalidInput(`The page token expired: it was printed at ${new Date(read.at).toISOString()}. ${again}`);
  return read.key;
}

function parsedToken(token: string): Token | undefined {
  try {
    const read = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Partial<Token>;
    const whole = typeof read.of === 'string' && typeof read.at === 'number' && typeof read.key === 'object';
    return whole ? (read as Token) : undefined;
  } catch {
    return undefined;
  }
}
