import { createHash } from 'node:crypto';
import { chainAfter, emptyChain, type RollbackEvent } from '../history/event.ts';
import { type RollbackRecord, recordOf } from '../history/record.ts';
import type { KeptVerdict } from '../host/host-reports.ts';
import { changesOf, messagesOf } from './arranged.ts';
import { type Gathered, type Part, partValue } from './gathered.ts';
import {
  contentHashOf,
  fieldsFile,
  jsonFile,
  type Manifest,
  manifestOf,
  manifestPath,
  type PackFile,
} from './manifest.ts';
import { packPage } from './page.ts';
import { type ListedPart, listedParts } from './parts.ts';
import { toldFor } from './told.ts';

export type Pack = {
  readonly files: readonly PackFile[];
  readonly manifest: Manifest;
  readonly parts: readonly ListedPart[];
};

/**
 * Returns the files of a rollback's evidence pack. `verify` is the text of verify.py.
 *
 * The same input gives the same bytes: nothing in the pack says when it was made.
 */
export function packFiles(gathered: Gathered, verify: string): Pack {
  const { events, history, environment } = gathered;
  const last = events.at(-1);
  const record = recordOf(events);
  const parts = listedParts(gathered);
  const data = [
    ...dataFiles(gathered, record),
    jsonFile('parts.json', {
      rollback: record.rollback_id,
      environment,
      closed: record.ending !== null,
      history: history.says,
      history_whole: history.whole,
      documents_by: documentsBy(gathered),
      parts,
    }),
    { path: 'verify.py', content: verify },
  ];
  const files = [...data, fieldsFile(data)];
  const page = packPage({ gathered, record, parts, contentHash: contentHashOf(files) });
  const manifest = manifestOf(record.rollback_id, last ? chainAfter(last) : emptyChain, [...files, page]);
  return { files: [...files, page, jsonFile(manifestPath, manifest)], manifest, parts };
}

/** Returns the files with the data of the rollback. A part that is missing has none. */
function dataFiles(gathered: Gathered, record: RollbackRecord): PackFile[] {
  const { events, hosts, definition, documents } = gathered;
  const file = (path: string, part: Part<unknown>) => (part.state === 'complete' ? [jsonFile(path, part.value)] : []);
  const text = (path: string, part: Part<string>) => (part.state === 'complete' ? [{ path, content: part.value }] : []);
  return [
    jsonFile('events.json', events),
    ...file('record.json', gathered.record),
    ...file('decisions.json', gathered.decisions),
    ...file('links.json', gathered.links),
    ...file('execution.json', gathered.execution),
    ...text('definition.asl.json', definition),
    ...Object.entries(documents).flatMap(([name, part]) => text(`documents/${name}.json`, part)),
    ...hostFiles(partValue(hosts) ?? [], partValue(definition), events, record),
    jsonFile('plan.json', planOf(gathered)),
    jsonFile('messages.json', messagesOf(events)),
    jsonFile('changes.json', changesOf(events, record)),
  ];
}

/** Returns one file per step: what its hosts were told, and what each of them said. */
function hostFiles(
  verdicts: readonly KeptVerdict[],
  definition: string | undefined,
  events: readonly RollbackEvent[],
  record: RollbackRecord,
): PackFile[] {
  const parsed = definition === undefined ? undefined : parsedOrUndefined(definition);
  const steps = [...new Set(verdicts.map(({ step }) => step))];
  return steps.map((step) =>
    jsonFile(hostPath(step, record), {
      step,
      told: toldFor(step, parsed, events, record),
      // The fields that the step's event has the hash of (host-reports.ts), and no other: each can be checked.
      said: verdicts
        .filter((one) => one.step === step)
        .map(({ instance_id, name, verdict, reason, report, command_id }) => ({
          step,
          instance_id,
          name,
          verdict,
          reason,
          report,
          command_id,
        })),
    }),
  );
}

/** Returns the path of a step's reports: `hosts/04-restore-previous-version.json`, numbered as in the record. */
function hostPath(step: string, { steps }: RollbackRecord): string {
  const position = steps.findIndex((one) => one.step === step) + 1;
  return `hosts/${String(position).padStart(2, '0')}-${step.replaceAll(/[^a-z0-9-]/gu, '_')}.json`;
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns what the rollback set out to do: as it opened, as it froze its hosts and documents, and as a plan forecast it. */
function planOf({ events, scope }: Gathered) {
  const detail = events[0]?.detail ?? {};
  const names = ['target_version', 'restores', 'also_undone', 'only_hosts', 'deadline'];
  return {
    opening: Object.fromEntries(names.map((name) => [name, detail[name] ?? null])),
    scope: partValue(scope) ?? null,
    planned: events.findLast(({ type }) => type === 'Planned')?.detail ?? null,
  };
}

/** Returns the hash by which the documents can be checked without the definition, if the pinned hash is that of their text. */
function documentsBy({ events, documents }: Gathered): 'SHA-256 of the file' | 'definition' {
  const pinned = (events.findLast(({ type }) => type === 'Hosts frozen')?.detail['documents'] ?? {}) as Record<
    string,
    { readonly hash?: string }
  >;
  const isPinned = ([name, part]: [string, Part<string>]) =>
    part.state !== 'complete' || createHash('sha256').update(part.value).digest('hex') === pinned[name]?.hash;
  return Object.entries(documents).every(isPinned) ? 'SHA-256 of the file' : 'definition';
}
