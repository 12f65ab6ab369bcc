import type { BrakeEvent } from '../../domain/history/brake-event.ts';
import type { KeptDecision } from '../../domain/history/decision-integrity.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import {
  type BrakesLink,
  brakesExportKey,
  type ExportedRollback,
  exportText,
  linksExportKey,
  mostLinksAtOnce,
  rollbackExportKey,
  type SealedLink,
} from '../../domain/history/export.ts';
import type { Link } from '../../domain/history/link.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { ExportBucket } from '../clients/export-bucket.ts';
import { monthToRead } from '../operations/month-to-read.ts';
import type { BrakesHistory } from '../stores/brakes-history.ts';
import { type ExportCursors, firstCursor } from '../stores/export-cursor.ts';
import type { ExportableLinks } from '../stores/exportable-links.ts';
import type { History } from '../stores/history.ts';
import type { Questions } from '../stores/questions.ts';

export type ExportHistoryDeps = {
  readonly cursor: ExportCursors;
  readonly links: ExportableLinks;
  readonly history: Pick<History, 'events' | 'everyHost'>;
  readonly brakes: Pick<BrakesHistory, 'events'>;
  readonly questions: Pick<Questions, 'read'>;
  readonly bucket: ExportBucket;
  /** Counts a run after which every link is exported. The alarm history-not-exported turns red if none comes. */
  readonly countComplete: () => Promise<void>;
  readonly now: () => number;
};

export type Exported = {
  /** Objects that were put; those that existed already count too. */
  readonly objects: number;
  /** Why a link is not exported yet; null: all are. */
  readonly waits: string | null;
};

/** The function itself times out after 50 s. One object takes well below a second. */
const workMilliseconds = 25_000;

/**
 * Exports the links since the last run, and each rollback as it was at the seal that a link confirms: first the rollbacks,
 * then the links as one object, then the cursor. So an exported link means that its rollback is exported.
 *
 * Every put is conditional and a repeat makes the same object, so it may be called again at any time. A run ends after
 * 25 s; the next one continues.
 */
export async function exportHistory(deps: ExportHistoryDeps): Promise<Exported> {
  const until = deps.now() + workMilliseconds;
  let cursor = (await deps.cursor.read()) ?? firstCursor;
  let objects = 0;
  while (deps.now() < until) {
    const links = await deps.links.after(cursor, mostLinksAtOnce);
    if (links.length === 0) {
      const month = await monthToRead(deps.links, cursor);
      if (month === undefined) {
        await deps.countComplete();
        return { objects, waits: null };
      }
      cursor = { month, sequence: 0, closed: false };
      continue;
    }
    const { done, waits } = await exportSeals(deps, links, until);
    const last = done.at(-1);
    if (last) {
      await deps.bucket.put(linksExportKey(done), exportText({ format: 1, links: done }));
      objects += 1 + done.filter(({ kind }) => kind === 'sealed' || kind === 'brakes changed').length;
      cursor = { month: last.month, sequence: last.sequence, closed: last.kind === 'month closed' };
      await deps.cursor.keep(cursor);
    }
    if (waits !== null) return { objects, waits };
  }
  return { objects, waits: 'The time of one run was over.' };
}

/** Exports the rollbacks of these links one by one, up to the first that is not ready. */
async function exportSeals(deps: ExportHistoryDeps, links: readonly Link[], until: number) {
  const done: Link[] = [];
  // Read once, after the links: a link is written after the event that it confirms.
  let brakes: Promise<readonly BrakeEvent[]> | undefined;
  for (const link of links) {
    if (deps.now() >= until) return { done, waits: 'The time of one run was over.' };
    let waits: string | null = null;
    if (link.kind === 'sealed') waits = await exportSeal(deps, link);
    if (link.kind === 'brakes changed') {
      brakes ??= deps.brakes.events();
      waits = await exportBrakes(deps, link, await brakes);
    }
    if (waits !== null) return { done, waits };
    done.push(link);
  }
  return { done, waits: null };
}

/** The events of a link may wait in the state table. After this time they are exported as they are, and the export goes on. */
const waitMilliseconds = 3600_000;

/** Exports a rollback at a seal. Returns why it must wait; null once it is exported. */
async function exportSeal(deps: ExportHistoryDeps, link: SealedLink): Promise<string | null> {
  const events = (await deps.history.events(link.rollback)).slice(0, link.count);
  const isWhole = events.length === link.count && events.at(-1)?.hash === link.head;
  if (!isWhole && deps.now() - Date.parse(link.at) < waitMilliseconds)
    return `The history does not have event ${link.count} of ${link.rollback} as link ${link.sequence} of ${link.month} names it.`;
  const content: ExportedRollback = {
    format: 1,
    link,
    record: recordFrom(events),
    events,
    hosts: (await deps.history.everyHost(link.rollback)).map(withoutKeys),
    decisions: await decisionsOn(deps, link.rollback, events),
  };
  await deps.bucket.put(rollbackExportKey(link), exportText(content));
  return null;
}

/** Exports the history of the brakes at one of its changes. Returns why it must wait; null once it is exported. */
async function exportBrakes(
  deps: ExportHistoryDeps,
  link: BrakesLink,
  brakes: readonly BrakeEvent[],
): Promise<string | null> {
  const events = brakes.slice(0, link.count);
  if (events.at(-1)?.hash !== link.head && deps.now() - Date.parse(link.at) < waitMilliseconds)
    return `The history does not have event ${link.count} of the brakes as link ${link.sequence} of ${link.month} names it.`;
  await deps.bucket.put(brakesExportKey(link), exportText({ format: 1, link, events }));
  return null;
}

/** Items without what only the table needs: keys and index attributes. */
const withoutKeys = ({
  step,
  instance_id,
  name,
  verdict,
  reason,
  report,
  command_id,
  answered,
}: ExportedRollback['hosts'][number]) => ({
  ...{ step, instance_id, name, verdict, reason, report, command_id },
  ...(answered ? { answered } : {}),
});

/** Returns null for events that make no RECORD, because the first was deleted or changed: they are exported all the same. */
function recordFrom(events: readonly RollbackEvent[]): ExportedRollback['record'] {
  try {
    return recordOf(events);
  } catch {
    return null;
  }
}

/** Returns the items of the decisions on every question that was asked. */
async function decisionsOn({ questions }: ExportHistoryDeps, rollback: string, events: readonly RollbackEvent[]) {
  const decisions: KeptDecision[] = [];
  for (const { type, detail } of events) {
    const number = detail['number'];
    if (type !== 'Question asked' || typeof number !== 'number') continue;
    const { stored = [] } = (await questions.read({ rollback, number })) ?? {};
    decisions.push(...stored.map((one) => ({ number, ...one })));
  }
  return decisions;
}
