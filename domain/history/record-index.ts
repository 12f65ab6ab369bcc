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
  /** The deployed version that was rolled back; null: no deployment is recorded. */
  readonly version: string | null;
  /** Whether a root cause is set. */
  readonly cause: boolean;
};

/** Returns the summary of a record. */
export const summaryOf = (record: RollbackRecord): RecordSummary => ({
  rollback_id: record.rollback_id,
  phase: record.phase,
  phase_name: record.phase_name,
  trigger: record.trigger,
  severity: record.severity,
  mode: record.mode,
  start_time: record.start_time,
  completion_time: record.completion_time,
  duration_minutes: record.duration_minutes,
  deadline: record.deadline,
  limit_missed: record.limit_missed,
  ending: record.ending,
  data_loss: record.data_loss,
  operator: record.operator,
  principal: record.principal,
  hosts: record.hosts,
  restored_to: record.restored_to,
  version: record.deployment?.version ?? null,
  cause: record.root_cause !== null,
});

/** Returns the value of a facet, as the indexes hold it; undefined if the rollback has none and is not in that index. */
const facetValue = (summary: RecordSummary, facet: Exclude<Facet, 'host'>): string | undefined => {
  const value = summary[facet];
  return value === null ? undefined : String(value);
};

/** Returns the attributes that put a RECORD into the indexes. They are made from the record and are no part of it. */
export function indexAttributes(record: RollbackRecord): Readonly<Record<string, unknown>> {
  const summary = summaryOf(record);
  const keys = facets
    .filter((facet) => facet !== 'host')
    .map((facet) => [facetAttribute(facet), facetValue(summary, facet)])
    .filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(keys),
    [startedAttribute]: `${record.start_time}#${record.rollback_id}`,
    [summaryAttribute]: summary,
  };
}

/**
 * Returns the attributes that put a HOST item into the index `by-host`. Items are in the order of the verdicts, not of the
 * rollbacks' starts: the function that stores a verdict does not know the start. A verdict is never older than its
 * rollback's start.
 */
export const hostIndexAttributes = (instanceId: string, rollback: string, step: string, at: string) => ({
  [facetAttribute('host')]: instanceId,
  [startedAttribute]: `${at}#${rollback}#${step}`,
});
