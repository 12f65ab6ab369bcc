import type { Key } from '../tables.ts';
import {
  type Facet,
  facetAttribute,
  facets,
  indexName,
  type RecordSummary,
  startedAttribute,
  summaryAttribute,
} from './record-index.ts';
import type { TimeRange } from './time-range.ts';

/** The filters of an auditor's query. An absent field means every value; `mode` is `live` unless it says otherwise. */
export type HistoryFilter = TimeRange & {
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
};

/**
 * Returns the facet whose index has the fewest items for a filter: the first of `facets`, which are in that order.
 * All others are judged item by item.
 */
export const leadingFacet = (filter: HistoryFilter): Facet =>
  facets.find((facet) => facet !== 'mode' && filter[facet] !== undefined) ?? 'mode';

/** A Query of DynamoDB, as its API takes it. */
export type HistoryQuery = {
  readonly TableName: string;
  readonly IndexName: string;
  readonly KeyConditionExpression: string;
  readonly FilterExpression?: string;
  readonly ExpressionAttributeNames: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues: Readonly<Record<string, unknown>>;
  readonly ScanIndexForward: false;
  readonly Limit: number;
  readonly ExclusiveStartKey?: Readonly<Record<string, string>>;
};

/**
 * The place of an item in an index. `started` alone is not enough: a copy of a RECORD has the same, and would hide the
 * RECORD at the end of a page.
 */
export type IndexPlace = Key & { readonly started: string };

/** The part of a result that one Query reads. */
export type Part = {
  /** The last item before this part. Absent: the part begins at the newest rollback. */
  readonly after?: IndexPlace;
  /** The most items that DynamoDB reads, before it filters them. It also stops at 1 MB: some 1,500 rollbacks. */
  readonly limit: number;
};

/** Returns the Query that reads a part of a result, newest first. */
export function historyQuery(table: string, filter: HistoryFilter, { after, limit }: Part): HistoryQuery {
  const facet = leadingFacet(filter);
  const mode = filter.mode ?? 'live';
  const rest = facet === 'host' ? {} : restOf(filter, facet);
  const value = facet === 'mode' ? mode : String(filter[facet]);
  const filters = Object.keys(rest).map((name) => `#summary.#${name} = :${name}`);
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
      ':from': lowerBound(filter),
      ':to': upperBound(filter),
      ...Object.fromEntries(Object.entries(rest).map(([name, one]) => [`:${name}`, one])),
    },
    ScanIndexForward: false,
    Limit: limit,
    ...(after
      ? {
          ExclusiveStartKey: {
            ...{ pk: after.pk, sk: after.sk, [startedAttribute]: after.started },
            [facetAttribute(facet)]: value,
          },
        }
      : {}),
  };
}

const lowerBound = ({ from }: TimeRange) => from ?? '0';
/** A rollback that starts at `to` is left out, because `<to>` sorts before `<to>#<id>`. `~` sorts behind every instant. */
const upperBound = ({ to }: TimeRange) => to ?? '~';

/** Returns whether a part may begin after this `started`: whether it lies in the range. */
export const isWithin = (range: TimeRange, started: string): boolean =>
  started >= lowerBound(range) && started <= upperBound(range);

/** The fields of a filter that the index does not cover, by their names in the summary. */
function restOf({ from: _, to: __, host: ___, mode = 'live', ...fields }: HistoryFilter, leading: Facet) {
  const named = Object.entries({ ...fields, mode });
  return Object.fromEntries(named.filter(([name, value]) => name !== leading && value !== undefined));
}

/** Whether a filter lets a rollback through; for rollbacks that were found by a host, in the range already. */
export function passes(filter: HistoryFilter, summary: RecordSummary): boolean {
  const rest: Record<string, unknown> = restOf(filter, 'host');
  return Object.entries(rest).every(([name, value]) => summary[name as keyof RecordSummary] === value);
}
