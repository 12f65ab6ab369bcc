import type { RollbackEvent } from './event.ts';
import { type ExportedRollback, readExportText } from './export.ts';

type Compared = {
  readonly rollback: string;
  /** The key of the exported object. */
  readonly key: string;
  /** The events that the history holds now. */
  readonly events: readonly RollbackEvent[];
};

/**
 * Returns the finding about a rollback whose link names another hash than its export: which event is the first that differs
 * from the exported one. Events behind it differ too, because each has the hash of the one before.
 */
export function rewrittenText({ rollback, key, events }: Compared, text: string): string {
  const exported = exportedEvents(text);
  const at = exported?.findIndex(({ hash }, i) => hash !== events[i]?.hash) ?? -1;
  const first = exported?.[at];
  if (!first) return `CHANGED: the events of ${rollback} differ from the exported ones (${key})`;
  return `CHANGED: event ${first.sequence} of ${rollback} (${first.type}) is the first that differs from the exported one (${key})`;
}

/** Undefined: the object cannot be read, which is a finding of its own. */
function exportedEvents(text: string): readonly RollbackEvent[] | undefined {
  try {
    const { events } = readExportText<ExportedRollback>(text);
    return Array.isArray(events) ? events : undefined;
  } catch {
    return undefined;
  }
}
