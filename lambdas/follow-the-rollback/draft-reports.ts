import { followUpOf } from '../../domain/follow-up/follow-up.ts';
import { draftedAfter, type ReportKind, reportKinds } from '../../domain/follow-up/schedule.ts';
import { recordOf } from '../../domain/history/record.ts';
import { asHtml, asMarkdown } from '../../domain/report/document.ts';
import type { Evidence, ReportFacts } from '../../domain/report/facts.ts';
import { reportOf } from '../../domain/report/reports.ts';
import type { ExportBucket } from '../clients/export-bucket.ts';
import type { History } from '../stores/history.ts';
import { appendSealed } from '../stores/seal.ts';
import { type CollectLogsDeps, collectLogs } from './collect-logs.ts';
import { hashOf, reportKey } from './report-key.ts';

export type DraftDeps = CollectLogsDeps & {
  readonly history: History;
  /** Collects the metrics of a rollback's window. If they cannot be read, they are named as missing. */
  readonly collect: (record: ReturnType<typeof recordOf>, at: string) => Promise<Omit<Evidence, 'logs'>>;
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
  const evidence = await collectAll(deps, { record, events, hours, at });
  const facts: ReportFacts = { environment: deps.environment, record, events, followUp, evidence, at };
  for (const kind of kinds) await draft(deps, kind, { facts, hours });
}

type Of = Parameters<typeof collectLogs>[1];

/** Collects metrics and logs beside the export of the history. The event has what was found, what was not, and the hash of each object. */
async function collectAll(deps: DraftDeps, of: Of): Promise<NonNullable<ReportFacts['evidence']>> {
  const { rollback_id: rollback } = of.record;
  const { hours, at } = of;
  const [metrics, logs] = await Promise.all([deps.collect(of.record, at), collectLogs(deps, of)]);
  const collected: Evidence = { ...metrics, logs };
  const text = JSON.stringify(collected, null, 1);
  const key = reportKey(rollback, { name: `evidence-${hours}h`, sha256: hashOf(text), ending: 'json' });
  await deps.bucket.put(key, text, 'application/json');
  const missing = 'missing' in metrics.metrics ? { metrics_missing: metrics.metrics.missing } : {};
  const detail = { hours, key, sha256: hashOf(text), logs, ...missing };
  await appendSealed(deps.history, rollback, at, {
    id: `evidence-collected/${hours}`,
    type: 'Evidence collected',
    at,
    detail,
  });
  return { collected, key };
}

async function draft(
  { history, bucket }: DraftDeps,
  kind: ReportKind,
  { facts, hours }: { readonly facts: ReportFacts; readonly hours: number },
): Promise<void> {
  const { record, followUp, at } = facts;
  const report = reportOf(kind, facts);
  const text = asMarkdown(report);
  const hash = hashOf(text);
  const key = (ending: string) => reportKey(record.rollback_id, { name: `${kind}-${hours}h`, sha256: hash, ending });
  await bucket.put(key('md'), text, 'text/markdown; charset=utf-8');
  await bucket.put(key('html'), asHtml(report), 'text/html; charset=utf-8');
  const number = (followUp?.reports[kind].draft?.number ?? 0) + 1;
  const detail = { report: kind, number, at, key: key('md'), sha256: hash };
  await appendSealed(history, record.rollback_id, at, { id: draftId(kind, hours), type: 'Report drafted', at, detail });
}

const draftId = (kind: ReportKind, hours: number) => `report-drafted/${kind}/${hours}`;
