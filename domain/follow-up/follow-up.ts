import * as z from 'zod';
import { InvalidInput } from '../errors.ts';
import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';
import { shown } from '../printable.ts';
import type { Check } from './check.ts';
import type { KeptLogs } from './log-queries.ts';
import { hoursAfter, type ReportKind, watchHours } from './schedule.ts';
import { type FollowUpTask, tasksOf } from './tasks.ts';

/** A draft of a report, in the bucket of the export. */
export type Draft = { readonly number: number; readonly at: string; readonly key: string; readonly sha256: string };
type Accepted = { readonly operator: string; readonly at: string; readonly draft: number };

/** The objects with logs and metrics of a rollback's window, in the bucket of the export. `logs`: also those that could not be collected. */
export type CollectedEvidence = {
  readonly at: string;
  readonly hours: number;
  readonly key: string;
  readonly sha256: string;
  readonly metrics_missing?: string;
  readonly logs: readonly KeptLogs[];
};

/** The follow-up of a rollback that has ended, by the events of its history. */
export type FollowUp = {
  /** ISO 8601. */
  readonly begun_at: string;
  /** ARN of the newest execution of the follow-up. */
  readonly execution: string;
  /** ISO 8601: until when the hosts are watched. */
  readonly watched_until: string;
  /** ISO 8601; null: it goes on. */
  readonly over_at: string | null;
  readonly checks: readonly (Check & { readonly at: string })[];
  readonly tasks: readonly FollowUpTask[];
  /** Logs and metrics of the window, each time they were collected. */
  readonly evidence: readonly CollectedEvidence[];
  readonly reports: Readonly<Record<ReportKind, { readonly draft: Draft | null; readonly accepted: Accepted | null }>>;
};

/** Returns the follow-up of a rollback by its events; undefined if none has begun. */
export function followUpOf(events: readonly RollbackEvent[]): FollowUp | undefined {
  const begun = events.filter(({ type }) => type === 'Follow-up begun');
  const [first, newest] = [begun[0], begun.at(-1)];
  if (!first || !newest) return undefined;
  return {
    begun_at: first.at,
    execution: String(newest.detail['execution']),
    watched_until: hoursAfter(String(first.detail['closed']), watchHours),
    over_at: events.find(({ type }) => type === 'Followed up')?.at ?? null,
    checks: events
      .filter(({ type }) => type === 'Checked afterwards')
      .map(({ at, detail }) => ({ ...(detail as unknown as Check), at })),
    tasks: tasksOf(events),
    evidence: events
      .filter(({ type }) => type === 'Evidence collected')
      .map(({ at, detail }) => ({ ...(detail as unknown as CollectedEvidence), at })),
    reports: { interim: reportIn(events, 'interim'), 'post-mortem': reportIn(events, 'post-mortem') },
  };
}

function reportIn(events: readonly RollbackEvent[], kind: ReportKind) {
  const of = (type: RollbackEvent['type']) =>
    events.findLast((event) => event.type === type && event.detail['report'] === kind);
  const [drafted, accepted] = [of('Report drafted'), of('Report accepted')];
  return {
    draft: drafted ? ({ ...drafted.detail, at: drafted.at } as unknown as Draft) : null,
    accepted: accepted ? ({ ...accepted.detail, at: accepted.at } as unknown as Accepted) : null,
  };
}

/** Returns the check that found a relapse which no later check has contradicted; undefined: none. */
export function relapseIn(followUp: Pick<FollowUp, 'checks'> | undefined): FollowUp['checks'][number] | undefined {
  const known = followUp?.checks.findLast(({ state }) => state !== 'unknown');
  return known?.state === 'relapsed' ? known : undefined;
}

/** Returns why a rollback has nothing to follow up; undefined if it has. `record` is undefined for an unknown rollback. */
export function whyNoFollowUp(
  record: Pick<RollbackRecord, 'mode' | 'fence' | 'ending'> | undefined,
): string | undefined {
  if (!record) return 'no rollback has this id';
  const { mode, ending, fence } = record;
  if (mode !== 'live') return mode === 'simulate' ? 'it was a drill' : 'it was only planned';
  if (ending === null) return 'it has not ended';
  return fence === null ? `it ended "${ending}" and touched no host` : undefined;
}

/** A rollback whose execution ended without its closing: Reconcile closes it within minutes. */
export const isStillOpen = (record: Pick<RollbackRecord, 'mode' | 'ending'> | undefined): boolean =>
  record !== undefined && record.mode === 'live' && record.ending === null;

const eventOfEnd = z.object({ source: z.literal('aws.states'), detail: z.object({ name: z.string() }) });
const byHand = z.strictObject({ rollback: z.string().trim().min(1).max(80) });

/** Parses the follow-up machine's input: a person's, or EventBridge's event of the end of a rollback's execution. Throws InvalidInput. */
export function parseFollowUpInput(input: unknown): { readonly rollback: string; readonly by_hand: boolean } {
  const event = eventOfEnd.safeParse(input);
  if (event.success) return { rollback: event.data.detail.name, by_hand: false };
  const given = byHand.safeParse(input);
  if (given.success) return { rollback: given.data.rollback, by_hand: true };
  throw new InvalidInput(
    `A follow-up begins with {"rollback": "ID"}, the id of a rollback that has ended; found ${shown(input)}. Nothing was changed.`,
  );
}
