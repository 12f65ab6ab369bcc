import { createHash } from 'node:crypto';
import { reportsFolder } from '../../domain/archive/report-key.ts';
import { followUpOf } from '../../domain/follow-up/follow-up.ts';
import { draftedAfter, type ReportKind, reportKinds } from '../../domain/follow-up/schedule.ts';
import { recordOf } from '../../domain/history/record.ts';
import { asHtml, asMarkdown } from '../../domain/report/document.ts';
import type { Evidence, ReportFacts } from '../../domain/report/facts.ts';
import { reportOf } from '../../domain/report/reports.ts';
import type { ExportBucket } from '../clients/export-bucket.ts';
import type { History } from '../stores/history.ts';
import { appendSealed } from '../stores/seal.ts';

export type DraftDeps = {
  readonly history: History;
  /** Collects the logs and metrics of a rollback's window. A part that cannot be read is named as missing. */
  readonly collect: (record: ReturnType<typeof recordOf>, at: string) => Promise<Evidence>;
  readonly bucket: ExportBucket;
  readonly environment: string;
};

type Due = { readonly rollback: string; readonly hours: number; readonly at: string };

/**
 * Drafts the reports that are due so many hours after the rollback, with the evidence of its window, beside the export of its history. The
 * event of a draft has the hash of its text. A report that a person has accepted is drafted no more. A repeat keeps the draft that there is.
 */
export async function draftReports(deps: DraftDeps, { rollback, hours, at }: Due): Promise<void> {
  const due = reportKinds.filter((kind) => (draftedAfter[kind] as readonly number[]).includes(hours));
  if (due.length === 0) return;
  const events = await deps.history.events(rollback);
  const followUp = followUpOf(events);
  const kinds = due.filter(
    (kind) => followUp?.reports[kind].accepted === null && !events.some(({ id }) => id === draftId(kind, hours)),
  );
  if (kinds.length === 0) return;
  const record = recordOf(events);
  const collected = await deps.collect(record, at);
  const text = JSON.stringify(collected, null, 1);
  const evidence = {
    collected,
    key: keyOf(rollback, { name: `evidence-${hours}h`, sha256: sha256(text), ending: 'json' }),
  };
  await deps.bucket.put(evidence.key, text, 'application/json');
  const facts: ReportFacts = { environment: deps.environment, record, events, followUp, evidence, at };
  for (const kind of kinds) await draft(deps, kind, { facts, hours });
}

async function draft(
  { history, bucket }: DraftDeps,
  kind: ReportKind,
  { facts, hours }: { readonly facts: ReportFacts; readonly hours: number },
): Promise<void> {
  const { record, followUp, at } = facts;
  const report = reportOf(kind, facts);
  const text = asMarkdown(report);
  const hash = sha256(text);
  const key = (ending: string) => keyOf(record.rollback_id, { name: `${kind}-${hours}h`, sha256: hash, ending });
  await bucket.put(key('md'), text, 'text/markdown; charset=utf-8');
  await bucket.put(key('html'), asHtml(report), 'text/html; charset=utf-8');
  const number = (followUp?.reports[kind].draft?.number ?? 0) + 1;
  const detail = { report: kind, number, at, key: key('md'), sha256: hash };
  await appendSealed(history, record.rollback_id, at, { id: draftId(kind, hours), type: 'Report drafted', at, detail });
}

const draftId = (kind: ReportKind, hours: number) => `report-drafted/${kind}/${hours}`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** With the hash of its content, because an object has one version: a run that died behind its put leaves an object that no event names. */
const keyOf = (
  rollback: string,
  { name, sha256, ending }: { readonly name: string; readonly sha256: string; readonly ending: string },
) => `${reportsFolder}${encodeURIComponent(rollback)}/${name}-${sha256.slice(0, 12)}.${ending}`;
