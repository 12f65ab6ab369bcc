import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { contentHash } from '../../../domain/content-hash.ts';
import { contentHashOf, fieldsFile, manifestOf, type PackFile } from '../../../domain/evidence/manifest.ts';
import { type Chain, chained, emptyChain, endOf, type RollbackEvent } from '../../../domain/history/event.ts';
import type { Link } from '../../../domain/history/link.ts';
import { recordOf } from '../../../domain/history/record.ts';

/** Returns the paths of all files below a folder, sorted. */
export const filesIn = (where: string): string[] =>
  readdirSync(where, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => relative(where, join(one.parentPath, one.name)))
    .toSorted();
export const contentsOf = (where: string): PackFile[] =>
  filesIn(where).map((path) => ({ path, content: readFileSync(join(where, path), 'utf8') }));

/** The files of a pack by path, as values. Documents, definition and script are texts. */
type Files = Record<string, unknown>;
type Forgery = (files: Files) => void;

/** Writes a pack as a forger does who changes files and then computes every hash of the pack again. Returns its folder. */
export function forgedPack(
  from: { readonly pack: string; readonly id: string },
  where: string,
  forge: Forgery,
): string {
  const contents = contentsOf(from.pack);
  const own = ['manifest.json', 'fields.json', 'index.html'];
  const isText = (path: string) => /^(documents|definition|verify)/.test(path);
  const files: Files = Object.fromEntries(
    contents
      .filter(({ path }) => !own.includes(path))
      .map(({ path, content }) => [path, isText(path) ? content : JSON.parse(content)]),
  );
  forge(files);
  const data = Object.entries(files).map(([path, value]) => ({
    path,
    content: typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`,
  }));
  const all = [...data, fieldsFile(data)];
  const textOf = (path: string) => contents.find((one) => one.path === path)?.content ?? '';
  const { content_hash } = JSON.parse(textOf('manifest.json')) as { content_hash: string };
  const page = textOf('index.html').replaceAll(content_hash, contentHashOf(all));
  const withPage = [...all, { path: 'index.html', content: page }];
  const manifest = manifestOf(from.id, endOf(eventsIn(files)), withPage);
  const written = [...withPage, { path: 'manifest.json', content: `${JSON.stringify(manifest, null, 2)}\n` }];
  for (const { path, content } of written) {
    mkdirSync(dirname(join(where, path)), { recursive: true });
    writeFileSync(join(where, path), content);
  }
  return where;
}

type Hosts = { told: { parameters: Record<string, string> }; said: Record<string, unknown>[] };
type Asked = { question: Record<string, unknown>; decisions: Record<string, unknown>[] }[];
type Execution = { status: string; states: { chain: Chain | null }[] };

const restored = 'hosts/03-restore-algorithm.json';
const eventsIn = (files: Files) => files['events.json'] as RollbackEvent[];
const recordIn = (files: Files) => files['record.json'] as Record<string, unknown>;
const hostsIn = (files: Files) => files[restored] as Hosts;
const askedIn = (files: Files) => (files['decisions.json'] as Asked)[0] ?? { question: {}, decisions: [] };
const executionIn = (files: Files) => files['execution.json'] as Execution;
const linksIn = (files: Files) => (files['links.json'] as Record<string, Link[]>)['2026-01'] ?? [];
const change = (one: object | undefined, fields: object) => void Object.assign(one ?? {}, fields);
const health = 'documents/rollback-local-health.json';

/** Changes an answer and computes every hash behind it again, in the chain, the record and the decisions. */
const rewrite: Forgery = (files) => {
  let chain = emptyChain;
  const fresh = eventsIn(files).map(({ id, rollback, type, at, detail }) => {
    const changed = type === 'Answer given' ? { ...detail, operator: 'bo' } : detail;
    const next = chained(rollback, chain, {
      id,
      type,
      at,
      detail: type === 'Sealed' ? { ...detail, head: chain.head } : changed,
    });
    chain = { count: next.sequence, head: next.hash };
    return next;
  });
  files['events.json'] = fresh;
  files['record.json'] = recordOf(fresh);
  change(askedIn(files).decisions[0], { operator: 'bo' });
};

/** Rewrites links and the execution's witness too. */
export const rewriteAll: Forgery = (files) => {
  rewrite(files);
  const headOf = (count: number) => eventsIn(files)[count - 1]?.hash ?? '';
  let previous = linksIn(files)[0]?.previous_hash ?? '';
  const links = linksIn(files).map(({ hash: _, ...link }) => {
    const next = { ...link, previous_hash: previous, ...('count' in link ? { head: headOf(link.count) } : {}) };
    previous = contentHash(next);
    return { ...next, hash: previous };
  });
  files['links.json'] = { '2026-01': links };
  for (const { chain } of executionIn(files).states) change(chain ?? {}, { head: chain ? headOf(chain.count) : '' });
};

/** A forgery, what is done, and what the check must say. */
export const forgeries: readonly (readonly [string, Forgery, RegExp])[] = [
  ['not if nothing is changed', () => {}, /^$/],
  [
    'a field of the record',
    (files) => change(recordIn(files), { operator: 'bo' }),
    /^record\.json: operator: does not match the events$/m,
  ],
  [
    'a field added to the record',
    (files) => change(recordIn(files), { approved: 'bo' }),
    /^record\.json: approved: follows from no event$/m,
  ],
  [
    'an event',
    (files) => change(eventsIn(files)[8], { at: '2026-01-05T09:02:00.000Z' }),
    /^events\.json: event 9: changed/m,
  ],
  [
    'two events that change places',
    (files) => void eventsIn(files).splice(4, 2, ...eventsIn(files).slice(4, 6).reverse()),
    /^events\.json: event 5: missing or out of place; found event 6 here$/m,
  ],
  [
    'an event that is left out',
    (files) => void eventsIn(files).splice(7, 1),
    /^events\.json: event 8: missing or out of place/m,
  ],
  [
    'an event that is added',
    (files) => {
      const event = { id: 'x', type: 'Limit missed', at: '2026-01-05T09:20:00.000Z', detail: {} } as const;
      eventsIn(files).push(chained('other', endOf(eventsIn(files)), event));
    },
    /^events\.json: event \d+: belongs to rollback other$/m,
  ],
  [
    'the last events, cut',
    (files) => void eventsIn(files).splice(-3),
    /^record\.json: events: does not match[\s\S]*links\.json: link \d+ of 2026-01: event \d+ is missing/m,
  ],
  [
    "a host's report",
    (files) => change(hostsIn(files).said[0], { verdict: 'failed' }),
    /^hosts\/03-restore-algorithm\.json: said: does not match the hash/m,
  ],
  [
    'what hosts were told',
    (files) => change(hostsIn(files).told.parameters, { Target: 'other' }),
    /^hosts\/03-restore-algorithm\.json: told: does not match/m,
  ],
  [
    'a host report of another name',
    (files) => {
      files['hosts/09-extra.json'] = files[restored];
      delete files[restored];
    },
    /^hosts\/09-extra\.json: renamed: the reports on restore-algorithm belong into hosts\/03-restore-algorithm\.json$/m,
  ],
  [
    'a host report that is left out',
    (files) => void delete files[restored],
    /^removed: hosts\/03-restore-algorithm\.json/m,
  ],
  [
    'a host report that is invented',
    (files) => change(files, { 'hosts/00-more.json': { step: 'more', told: null, said: [] } }),
    /^hosts\/00-more\.json: said: no event has the hash/m,
  ],
  [
    'the text of a message',
    (files) => change((files['messages.json'] as object[])[0], { body: 'x' }),
    /^messages\.json: \/0\/body: does not match the events$/m,
  ],
  [
    'the version before',
    (files) => change((files['changes.json'] as { version: object }).version, { before: 'v0' }),
    /^changes\.json: \/version\/before: /m,
  ],
  [
    'a decision',
    (files) => change(askedIn(files).decisions[0], { operator: 'bo' }),
    /^decisions\.json: \/0\/decisions\/0: no event has this decision$/m,
  ],
  [
    'a decision that is left out',
    (files) => void askedIn(files).decisions.splice(0, 1),
    /^decisions\.json: the answer of .* was removed$/m,
  ],
  [
    'a question',
    (files) => change(askedIn(files).question, { approvers: 2 }),
    /^decisions\.json: \/0\/question\/approvers: /m,
  ],
  [
    'the plan',
    (files) => change((files['plan.json'] as { scope: object }).scope, { window_start: 'x' }),
    /^plan\.json: \/scope\/window_start: /m,
  ],
  ['a link', (files) => change(linksIn(files)[1], { at: 'x' }), /^links\.json: link 2 of 2026-01: changed$/m],
  [
    'a link that is left out',
    (files) => void linksIn(files).splice(-1, 1),
    /^links\.json: the link of the seal at event \d+ is missing$/m,
  ],
  [
    "the execution's witness",
    (files) => {
      for (const { chain } of executionIn(files).states) change(chain ?? {}, { head: 'x' });
    },
    /^execution\.json: \/states\/\d+: event \d+ is missing or is another one$/m,
  ],
  [
    "the execution's status",
    (files) => change(executionIn(files), { status: 'FAILED' }),
    /^execution\.json: status: FAILED contradicts/m,
  ],
  [
    'a document',
    (files) => change(files, { [health]: String(files[health]).replace('"schemaVersion"', '"SchemaVersion"') }),
    /^documents\/rollback-local-health\.json: is not the document of the definition$/m,
  ],
  [
    'a document that was not pinned',
    (files) => change(files, { 'documents/other.json': {} }),
    /^documents\/other\.json: the opening pinned no document of this name$/m,
  ],
  [
    'the witness, left out',
    (files) => void delete files['execution.json'],
    /^removed: execution\.json, which parts\.json has as complete$/m,
  ],
  [
    'that the rollback is closed',
    (files) => change(files['parts.json'] as object, { closed: false }),
    /^parts\.json: closed: does not match the events$/m,
  ],
  [
    'a chain that was rewritten',
    rewrite,
    /^links\.json: link \d+ of 2026-01: event \d+ is missing or is another one$/m,
  ],
  [
    'a chain that was rewritten, by the execution too',
    rewrite,
    /^execution\.json: \/states\/\d+: event \d+ is missing or is another one$/m,
  ],
];
