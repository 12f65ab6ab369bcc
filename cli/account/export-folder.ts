import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { BrakeEvent } from '../../domain/history/brake-event.ts';
import { isEventList } from '../../domain/history/event.ts';
import {
  type ExportedBrakes,
  type ExportedLinks,
  type ExportedRollback,
  type ExportKey,
  parseExportKey,
  readExportText,
} from '../../domain/history/export.ts';
import type { Link } from '../../domain/history/link.ts';
import type { RollbackEvidence } from '../../domain/history/verify.ts';
import type { HistorySource } from '../../domain/history/verify-history.ts';
import { UsageError } from './usage-error.ts';

/** Reads a history from a folder with a copy of the export, such as `aws s3 sync` makes. It needs no AWS. */
export function exportFolder(folder: string): HistorySource {
  const keys = keysIn(folder);
  const parsed = keys.flatMap((key) => {
    const found = parseExportKey(key);
    return found ? [{ key, found }] : [];
  });
  if (parsed.length === 0)
    throw new UsageError(
      `${folder} holds no export: expected the folders links and rollbacks, found ${keys.length === 0 ? 'no file' : keys[0]}. Download the bucket into it: aws s3 sync s3://BUCKET ${folder}`,
    );
  const text = (key: string) => readFileSync(join(folder, key), 'utf8');
  return {
    isExport: true,
    waiting: async () => [],
    months: async () =>
      [...new Set(parsed.flatMap(({ found }) => (found.kind === 'links' ? [found.month] : [])))].toSorted(),
    first: async () => undefined,
    async *links(month) {
      yield* linksIn(
        parsed.filter(({ found }) => found.kind === 'links' && found.month === month),
        text,
      );
    },
    hasLinks: async (month) => parsed.some(({ found }) => found.kind === 'links' && found.month === month),
    async *listed() {},
    async *executions() {},
    settles: async () => false,
    read: async (rollback) => newestSeal(rollback, parsed, text),
    brakes: async () => ({ events: newestBrakes(parsed, text), held: null, executions: new Map() }),
    async *exported() {
      yield* keys.map((key) => ({ key, deleted: false }));
    },
    exportedText: async (key) => text(key),
  };
}

/** Returns the files below a folder, with `/` between the parts of their names. */
function keysIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, sep).length).replaceAll(sep, '/'))
      .toSorted();
  } catch (error) {
    throw new UsageError(`The folder ${folder} cannot be read: ${(error as Error).message}.`);
  }
}

type Parsed = { readonly key: string; readonly found: ExportKey };

/** Returns the links of a month in order. Objects may overlap: of each link the first copy counts, and copies must agree. */
function* linksIn(objects: readonly Parsed[], text: (key: string) => string): Iterable<Link> {
  let last = 0;
  for (const { key } of objects)
    for (const link of linksOf(text(key))) {
      if (link.sequence <= last) continue;
      last = link.sequence;
      yield link;
    }
}

/** An object that cannot be read has been reported; its links are missing. */
function linksOf(text: string): readonly Link[] {
  try {
    const { links } = readExportText<ExportedLinks>(text);
    return Array.isArray(links) && links.every((link) => Object(link) === link) ? links : [];
  } catch {
    return [];
  }
}

/** Returns the history of the brakes as its newest export has it; empty if none can be read: that one has been reported. */
function newestBrakes(parsed: readonly Parsed[], text: (key: string) => string): readonly BrakeEvent[] {
  const exports = parsed
    .flatMap(({ key, found }) => (found.kind === 'brakes' ? [{ key, count: found.count }] : []))
    .toSorted((a, b) => b.count - a.count);
  for (const { key } of exports) {
    try {
      const { events } = readExportText<ExportedBrakes>(text(key));
      if (isEventList(events)) return events;
    } catch {}
  }
  return [];
}

/** Returns a rollback as its newest seal has it; empty if none of its objects can be read. */
function newestSeal(rollback: string, parsed: readonly Parsed[], text: (key: string) => string): RollbackEvidence {
  const seals = parsed
    .flatMap(({ key, found }) => (found.kind === 'rollback' && found.rollback === rollback ? [{ key, found }] : []))
    .toSorted((a, b) => b.found.count - a.found.count);
  const evidence = { rollback, index: undefined, execution: { state: 'not read' }, waiting: 0 } as const;
  for (const { key } of seals) {
    try {
      const { record, events, hosts } = readExportText<ExportedRollback>(text(key));
      if (isEventList(events) && Array.isArray(hosts))
        return { ...evidence, record: record ?? undefined, events, hosts };
    } catch {}
  }
  return { ...evidence, record: undefined, events: [], hosts: [] };
}
