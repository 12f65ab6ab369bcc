import { contentHash } from '../content-hash.ts';
import type { RollbackEvent } from './event.ts';
import type { RollbackRecord } from './record.ts';
import { indexAttributes, indexFormat, type RecordSummary, summaryAttribute } from './record-index.ts';

/** The facts about a rollback that decide which index attributes its items must have. */
export type Indexed = {
  readonly events: readonly RollbackEvent[];
  /** Reconcile has written the attributes of this version's format to all older items. */
  readonly indexed?: boolean | undefined;
};

/**
 * Returns the format of the index attributes that the rollback's functions write, from its opening event, which is hashed;
 * undefined: they were of a version without index attributes.
 */
export const openedFormat = (events: readonly RollbackEvent[]): unknown => events[0]?.detail['index_format'];

/** Returns whether every item of a rollback must have index attributes. If not, an older version may have stored it. */
export const mustBeIndexed = ({ events, indexed = false }: Indexed): boolean =>
  indexed || openedFormat(events) !== undefined;

/**
 * Returns the index attributes that differ from those of the record that the events make.
 *
 * The opening event decides what must be there, never the RECORD: its own `summary.format` is one of the compared values.
 * Only attributes that Reconcile has still to write again may differ: none, or those of the opening's older format.
 */
export function wrongIndexAttributes(
  index: Readonly<Record<string, unknown>> | undefined,
  made: RollbackRecord,
  facts: Indexed,
): string[] {
  if (index === undefined) return [];
  const right = indexAttributes(made);
  if (contentHash(index) === contentHash(right) || isStillOlder(index, facts)) return [];
  return [...new Set([...Object.keys(index), ...Object.keys(right)])]
    .filter((name) => contentHash(index[name] ?? null) !== contentHash(right[name] ?? null))
    .map((name) => (name === summaryAttribute ? named(index) : name));
}

/** Whether a RECORD waits for Reconcile to write its attributes: its rollback began under an older format, and it has that one. */
function isStillOlder(index: Readonly<Record<string, unknown>>, { events, indexed = false }: Indexed): boolean {
  if (indexed) return false;
  const opened = openedFormat(events);
  if (opened === undefined) return Object.keys(index).length === 0;
  return typeof opened === 'number' && opened < indexFormat && formatOf(index) === opened;
}

const formatOf = (index: Readonly<Record<string, unknown>>): unknown =>
  (index[summaryAttribute] as Partial<RecordSummary> | undefined)?.format;

/** Another format may be that of a newer version, whose attributes this one cannot make. */
function named(index: Readonly<Record<string, unknown>>): string {
  const format = formatOf(index);
  return format === indexFormat || format === undefined
    ? summaryAttribute
    : `${summaryAttribute} (format ${JSON.stringify(format)}, not ${indexFormat}; if a newer version of the product wrote it, use that version)`;
}
