import type { FollowUp } from '../follow-up/follow-up.ts';
import type { KeptLogs } from '../follow-up/log-queries.ts';
import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';

/** A metric of the rollback's window. Values are one per minute. */
export type CollectedMetric = {
  readonly metric: string;
  readonly phase: number;
  readonly values: readonly { readonly at: string; readonly value: number }[];
};
/** A part that was collected, or why it was not. */
export type Collected<Part> = { readonly found: Part } | { readonly missing: string };

/** The logs and metrics of a rollback's window, collected after it. */
export type Evidence = {
  readonly rollback: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly metrics: Collected<readonly CollectedMetric[]>;
  /** By source: the object with its lines, or why it could not be collected. */
  readonly logs: readonly KeptLogs[];
};

/** All that a report is made of. Everything is from the record, and what is not known is named as a gap. */
export type ReportFacts = {
  readonly environment: string;
  readonly record: RollbackRecord;
  readonly events: readonly RollbackEvent[];
  readonly followUp: FollowUp | undefined;
  /** The evidence, and the object that has all of it; null: none was collected yet. */
  readonly evidence: { readonly collected: Evidence; readonly key: string } | null;
  /** ISO 8601: when the report is written. */
  readonly at: string;
};

/** Every gap begins so, and a reader can search for it. */
export const gap = (what: string): string => `NOT KNOWN: ${what}`;
