import type { RollbackRecord } from './record.ts';

/**
 * The facets by which rollbacks are found: each is an index `by-<facet>` of the history table, from the value of the facet
 * to the rollbacks in the order of their start. `host` indexes HOST items, every other facet indexes RECORD items.
 */
export const facets = [
  'host',
  'principal',
  'operator',
  'version',
  'ending',
  'cause',
  'trigger',
  'severity',
  'phase',
  'mode',
] as const;
export type Facet = (typeof facets)[number];

export const indexName = (facet: Facet) => `by-${facet}`;
/** The attribute that is the partition key of a facet's index. An item without it is not in the index. */
export const facetAttribute = (facet: Facet) => `by_${facet}` as const;
/** The attribute that is the sort key of every index: `<start_time>#<rollback_id>`. */
export const startedAttribute = 'started';
/** The one attribute that an index holds beside the keys: all that a line of `rollback history` shows, and filters read. */
export const summaryAttribute = 'summary';

/**
 * The format of the index attributes. A change of `RecordSummary`, of a facet's values or of the sort key gets the next
 * number: Reconcile then writes the attributes of all older items again.
 */
export const indexFormat = 1;

/** One rollback as a list shows it. Every filter can be judged by it. */
export type RecordSummary = Pick<
  RollbackRecord,
  | 'rollback_id'
  | 'phase'
  | 'phase_name'
  | 'trigger'
  | 'severity'
  | 'mode'
  | 'start_time'
  | 'completion_time'
  | 'duration_minutes'
  | 'deadline'
  | 'limit_missed'
  | 'ending'
  | 'data_loss'
  | 'operator'
  | 'principal'
  | 'hosts'
  | 'restored_to'
> & {
  /** `indexFormat` of the function that wrote it. */
  readonly format: number;
  /** The phases of a rollback of several. Absent: `phase` alone. */
  readonly phases?: readonly number[];
  /** The deployed version that was rolled back; null: no deployment is recorded. */
  readonly version: string | null;
  /** Whether a root cause is set. */
  readonly cause: boolean;
};

/**
 * Returns the summary of a record. A field that a RECORD of an older version lacks is null; a rollback without a mode was
 * live.
 */
export const summaryOf = (record: RollbackRecord): RecordSummary => ({
  format: indexFormat,
  rollback_id: record.rollback_id,
  phase: record.phase ?? null,
  ...(record.phases ? { phases: record.phases } : {}),
  phase_name: record.phase_name ?? null,
  trigger: record.trigger ?? null,
  severity: record.severity ?? null,
  mode: record.mode ?? 'live',
  start_time: record.start_time,
  completion_time: record.completion_time ?? null,
  duration_minutes: record.duration_minutes ?? null,
  deadline: record.deadline ?? null,
  limit_missed: record.limit_missed ?? false,
  ending: record.ending ?? null,
  data_loss: record.data_loss ?? null,
  operator: record.operator ?? null,
  principal: record.principal ?? null,
  hosts: record.hosts ?? null,
  restored_to: record.restored_to ?? null,
  version: record.deployment?.version ?? null,
  cause: (record.root_cause ?? null) !== null,
});

/** DynamoDB refuses an item whose index key is longer than this, or empty (quotas, "Partition key length"). */
const mostKeyBytes = 2048;

/**
 * Returns the value of a facet, as the indexes hold it; undefined if the rollback has none and is not in that index.
 *
 * A value that DynamoDB refuses as a key is left out: the RECORD must be stored, whatever a person typed.
 */
const facetValue = (summary: RecordSummary, facet: Exclude<Facet, 'host'>): string | undefined => {
  const value = summary[facet];
  const text = value === null || value === undefined ? '' : String(value);
  return text === '' || new TextEncoder().encode(text).length > mostKeyBytes ? undefined : text;
};

/** The sort key of every index: ids make it unique, and the items of one rollback lie together. */
const startedKey = (startTime: string, ...ids: readonly string[]) => [startTime, ...ids].join('#');

/** Returns the attributes that put a RECORD into the indexes. They are made from the record and are no part of it. */
export function indexAttributes(record: RollbackRecord): Readonly<Record<string, unknown>> {
  const summary = summaryOf(record);
  const keys = facets
    .filter((facet) => facet !== 'host')
    .map((facet) => [facetAttribute(facet), facetValue(summary, facet)])
    .filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(keys),
    [startedAttribute]: startedKey(record.start_time, record.rollback_id),
    [summaryAttribute]: summary,
  };
}

/** Returns the attributes that put a HOST item into the index `by-host`, in the order of the rollbacks' starts. */
export const hostIndexAttributes = (instanceId: string, rollback: string, step: string, startTime: string) => ({
  [facetAttribute('host')]: instanceId,
  [startedAttribute]: startedKey(startTime, rollback, step),
});

const attributes: readonly string[] = [...facets.map(facetAttribute), startedAttribute, summaryAttribute];

/** Divides a stored item into its own fields and its index attributes. */
export function withoutIndex(item: Readonly<Record<string, unknown>>) {
  const isIndex = ([name]: readonly [string, unknown]) => attributes.includes(name);
  const entries = Object.entries(item);
  return {
    fields: Object.fromEntries(entries.filter((entry) => !isIndex(entry))),
    index: Object.fromEntries(entries.filter(isIndex)),
  };
}
