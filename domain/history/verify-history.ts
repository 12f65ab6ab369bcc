import { isReportKey } from '../archive/report-key.ts';
import { slotOf } from '../archive/slot.ts';
import { counted } from '../counted.ts';
import { isPageKey } from '../page-key.ts';
import { type UndoneBy, undoneIn } from './blocks-of-rollbacks.ts';
import type { Chain } from './event.ts';
import type { ExportKey } from './export.ts';
import { brakesExportKey, parseExportKey, rollbackExportKey } from './export.ts';
import { type IndexValue, indexValues } from './index-values.ts';
import { type Finding, type Followed, follow, isFinding, type Link, monthEndAfter } from './link.ts';
import { keyText, type ListedItem, rollbackOf, rollbackOfHost } from './listed-item.ts';
import { type ListedMonths, wrongMonths } from './listed-months.ts';
import { rewrittenText } from './rewritten.ts';
import { unlinkedSeals } from './unlinked-seals.ts';
import { unlistedMonths } from './unlisted-months.ts';
import { type Claim, isRecent, type RollbackEvidence, type Verdict, verifyExported, verifyRollback } from './verify.ts';
import { type BrakesEvidence, verifyBrakes } from './verify-brakes.ts';

/** One version of an exported object, or the marker that a deletion left. */
export type ExportedVersion = { readonly key: string; readonly deleted: boolean };

/** An execution in Step Functions; `witness` reads the end of the chain in its own history. */
export type KeptExecution = { readonly rollback: string; readonly witness: () => Promise<Chain | undefined> };

/** The history, as a verification reads it: from AWS, from a folder with the export, or from memory. */
export type HistorySource = {
  /** The months that have links, oldest first. */
  readonly months: () => Promise<readonly string[]>;
  /** The items under `CHAIN#first`; undefined: this source does not have them. */
  readonly first: () => Promise<ListedMonths['first'] | undefined>;
  /** The links of a month, in order. */
  readonly links: (month: string) => AsyncIterable<Link>;
  /** Whether a month has a link, whatever the list of months says. */
  readonly hasLinks: (month: string) => Promise<boolean>;
  readonly read: (rollback: string) => Promise<RollbackEvidence>;
  /** The history of the brakes, with what holds now and who asked for it. */
  readonly brakes: () => Promise<BrakesEvidence>;
  /** The items that a query of one index finds by one value. */
  readonly listed: (by: IndexValue) => AsyncIterable<ListedItem>;
  /** The executions that Step Functions keeps. */
  readonly executions: () => AsyncIterable<KeptExecution>;
  /** Waits before a rollback with a finding is read again, because it may be written just now. False: it is not. */
  readonly settles: (evidence: RollbackEvidence, tries: number) => Promise<boolean>;
  /** Every version of every exported object, by key. */
  readonly exported: () => AsyncIterable<ExportedVersion>;
  readonly exportedText: (key: string) => Promise<string>;
  /** The rollbacks with entries that wait in the state table. */
  readonly waiting: () => Promise<readonly string[]>;
  /** The export is all there is: open rollbacks are missing, and every object is read. */
  readonly isExport: boolean;
};

export type VerifyOptions = {
  /** One rollback; absent: all of them. The links are followed in either case. */
  readonly only?: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly progress: (line: string) => void;
  /** Whether the person has stopped the work. */
  readonly stopped: () => boolean;
};

export type Report = {
  /** False: the work was stopped before its end. */
  readonly complete: boolean;
  /** At most the first 1,000; the first is the first break. */
  readonly findings: readonly Finding[];
  /** Number of all findings. */
  readonly breaks: number;
  readonly notes: readonly string[];
  readonly checked: {
    readonly months: number;
    readonly links: number;
    readonly rollbacks: number;
    readonly exports: number;
  };
  /** Number of rollbacks to verify that were known when the work ended; null: it was stopped before they were. */
  readonly known: number | null;
};

const mostKept = 1000;
/** Rollbacks that are read at once. */
const readAtOnce = 10;
/** Reconcile exports every minute; a link that is not exported after an hour is a finding. */
const exportedWithin = 3600_000;

/**
 * Verifies the links, then every rollback that links, exports or queries name.
 *
 * Memory: some hundred bytes per rollback for what links and exports say of it; its events and reports are dropped once it
 * is verified. The exports are listed first and the links are read before the rollbacks, because the product writes in the
 * opposite order: what is written meanwhile is no finding.
 */
export async function verifyHistory(source: HistorySource, options: VerifyOptions): Promise<Report> {
  const result = collected();
  try {
    await verifyAll(source, options, result);
    return result.report(true);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return result.report(false);
  }
}

/** The person has stopped the work. What it would have compared next is unknown, so nothing more is a finding. */
class Stopped extends Error {}

function continueUnless({ stopped }: VerifyOptions): void {
  if (stopped()) throw new Stopped();
}

async function verifyAll(source: HistorySource, options: VerifyOptions, result: Collected): Promise<void> {
  const waiting = await source.waiting();
  const exported = await readExports(source, options, result);
  const linked = await readLinks(source, options, { exported, result });
  if (options.only === undefined) await findUnlistedMonths(source, options, result);
  const known = new Set([...linked.claims.keys(), ...exported.rollbacks.keys(), ...waiting]);
  const wanted = options.only === undefined ? known : [options.only];
  result.know(options.only === undefined ? known.size : 1);
  const values = indexValues();
  const undone = new Map<string, UndoneBy>();
  await verifyRollbacks(source, options, { ids: wanted, linked, exported, result, values, undone });
  if (options.only !== undefined) return;
  options.progress('looking for rollbacks that no link names');
  const unknown = unnamed(listedBy(source, values, options), new Set(known), result);
  await verifyRollbacks(source, options, { ids: unknown, linked, exported, result, values, undone });
  const brakes = { ...(await source.brakes()), undone };
  result.add(verifyBrakes(brakes, [...linked.brakes, ...exported.brakes], options.now));
  await findDeletedExecutions(source, options, { known, result });
}

type Collected = ReturnType<typeof collected>;

function collected() {
  const findings: Finding[] = [];
  const noted: string[] = [];
  const checked = { months: 0, links: 0, rollbacks: 0, exports: 0 };
  let breaks = 0;
  let known: number | null = null;
  const notes = (...all: readonly string[]) => noted.push(...all.slice(0, mostKept - noted.length));
  return {
    checked,
    notes,
    find: (rollback: string | null, says: string) => {
      breaks += 1;
      if (findings.length < mostKept) findings.push({ rollback, says });
    },
    add(verdict: Verdict) {
      for (const { rollback, says } of verdict.findings) this.find(rollback, says);
      notes(...verdict.notes);
    },
    know: (count: number) => {
      known = count;
    },
    report: (complete: boolean): Report => ({ complete, findings, breaks, notes: noted, checked, known }),
  };
}

type Exports = {
  /** The exported seals of each rollback. */
  readonly rollbacks: ReadonlyMap<string, readonly Extract<ExportKey, { kind: 'rollback' }>[]>;
  /** The exported links of each month, by the place at which each object ends. */
  readonly links: ReadonlyMap<string, readonly Extract<ExportKey, { kind: 'links' }>[]>;
  /** The claims of the exports on the history of the brakes. */
  readonly brakes: readonly Claim[];
  readonly keys: ReadonlySet<string>;
};

/** Lists every version of the export. An object has one version and no delete marker; anything else is a finding. */
async function readExports(source: HistorySource, options: VerifyOptions, result: Collected): Promise<Exports> {
  options.progress('listing the export');
  const rollbacks = new Map<string, Extract<ExportKey, { kind: 'rollback' }>[]>();
  const links = new Map<string, Extract<ExportKey, { kind: 'links' }>[]>();
  const brakes: Claim[] = [];
  const keys = new Set<string>();
  for await (const { key, deleted } of source.exported()) {
    continueUnless(options);
    if (isPageKey(key) && !deleted) continue; // a page is no part of the history, and has a version per writing
    const found = parseExportKey(key);
    // Metrics, pages and reports are no part of the history.
    const isWritten = found !== undefined || [slotOf, isPageKey, isReportKey].some((parsed) => Boolean(parsed(key)));
    const rollback = found?.kind === 'rollback' ? found.rollback : null;
    if (!isWritten) result.find(null, `ADDED: the export holds ${key}, which this product does not write`);
    else if (deleted) result.find(rollback, `DELETED: the export ${key} has a delete marker`);
    else if (keys.has(key)) result.find(rollback, `CHANGED: the export ${key} has a second version`);
    if (!isWritten || deleted || keys.has(key)) continue;
    keys.add(key);
    if (!found) continue;
    result.checked.exports += 1;
    if (found.kind === 'rollback') put(rollbacks, found.rollback, found);
    else if (found.kind === 'links') put(links, found.month, found);
    else brakes.push({ count: found.count, head: found.head, says: `exported in ${found.month}` });
    if (isRead(found, source, options)) result.add(verifyExported(found, key, await source.exportedText(key)));
  }
  return { rollbacks, links, brakes, keys };
}

/** Every object of an export on its own; of an account's export only those of the one rollback, because keys have hashes. */
const isRead = (key: ExportKey, { isExport }: HistorySource, { only }: VerifyOptions) =>
  key.kind === 'rollback' ? only === key.rollback || (isExport && only === undefined) : isExport;

function put<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const all = map.get(key);
  if (all) all.push(value);
  else map.set(key, [value]);
}

type LinkClaim = Claim & { readonly month: string; readonly sealed: boolean };
type Linked = {
  /** The claims of the links, by rollback. */
  readonly claims: ReadonlyMap<string, readonly LinkClaim[]>;
  /** The claims of the links on the history of the brakes. */
  readonly brakes: readonly Claim[];
  readonly newest: Followed;
};
type Context = { readonly exported: Exports; readonly result: Collected };

/** Follows the links of all months, and returns what they say of each rollback. */
async function readLinks(source: HistorySource, options: VerifyOptions, context: Context): Promise<Linked> {
  const { exported, result } = context;
  const linked = new Map<string, LinkClaim[]>();
  const brakes: Claim[] = [];
  let end: Followed;
  const months = await source.months();
  const withLinks = new Set<string>();
  /** The rollbacks whose first difference from their export was looked for: once is enough. */
  const rewritten = new Set<string>();
  for (const month of months) {
    options.progress(`following the links of ${month}`);
    const exports = exportsOf(exported, month);
    for await (const link of source.links(month)) {
      continueUnless(options);
      result.checked.links += 1;
      withLinks.add(month);
      const next = link.month === month ? follow(end, link) : misplaced(link, month);
      if (isFinding(next)) result.find(next.rollback, next.says);
      end = isFinding(next) ? monthEndAfter(link) : next;
      for (const says of exports.judge(link, options.now)) result.find(null, says);
      if (link.kind === 'brakes changed') {
        brakes.push({ count: link.count, head: link.head, says: `linked in ${month}` });
        if (exports.covers(link) && !exported.keys.has(brakesExportKey(link)))
          result.find(null, `DELETED: the export of the brakes at event ${link.count} (linked in ${month}) is missing`);
      }
      if (!('rollback' in link) || (options.only !== undefined && link.rollback !== options.only)) continue;
      const { rollback, kind, count, head } = link;
      put(linked, rollback, { count, head, says: `${kind} in ${month}`, month, sealed: kind === 'sealed' });
      if (kind !== 'sealed' || !exports.covers(link) || exported.keys.has(rollbackExportKey(link))) continue;
      const other = exported.rollbacks.get(rollback)?.find((seal) => seal.count === count);
      if (!other)
        result.find(rollback, `DELETED: the export of ${rollback} at event ${count} (${kind} in ${month}) is missing`);
      else if (!rewritten.has(rollback)) result.find(rollback, await rewrittenSince(source, other));
      rewritten.add(rollback);
    }
    for (const says of exports.rest()) result.find(null, says);
  }
  result.checked.months = withLinks.size;
  const first = await source.first();
  if (first)
    for (const says of wrongMonths({ first, months, withLinks: [...withLinks], newest: end })) result.find(null, says);
  for (const month of exported.links.keys())
    if (!months.includes(month)) result.find(null, `DELETED: the export holds links of ${month}, and the history none`);
  if (source.isExport && end === undefined) result.find(null, withoutLinks);
  return { claims: linked, brakes, newest: end };
}

/** Compares a rollback with the object that holds the same number of its events under another hash. */
async function rewrittenSince(source: HistorySource, seal: Extract<ExportKey, { kind: 'rollback' }>): Promise<string> {
  const { events } = await source.read(seal.rollback);
  const key = rollbackExportKey(seal);
  return rewrittenText({ rollback: seal.rollback, key, events }, await source.exportedText(key));
}

/** Finds links in months that the list of months does not name, so that nothing would follow them. */
async function findUnlistedMonths(source: HistorySource, options: VerifyOptions, result: Collected): Promise<void> {
  options.progress('looking for links of months that no list names');
  const found: string[] = [];
  for await (const some of inGroups(unlistedMonths(await source.months(), options.now)))
    await Promise.all(
      some.map(async (month) => {
        if (await source.hasLinks(month)) found.push(month);
      }),
    );
  if (found.length === 0) return;
  // A month may have begun since the list was read: a writer lists it before its first link.
  const listed = await source.months();
  for (const month of found.toSorted())
    if (!listed.includes(month))
      result.find(null, `INVENTED: the history holds links of ${month}, a month that its list of months does not name`);
}

const withoutLinks =
  'DELETED: the export holds rollbacks and no link, so nothing confirms them. Download the whole bucket: folders links and rollbacks';

const misplaced = (link: Link, month: string): Finding => ({
  rollback: null,
  says: `BROKEN: a link of ${String(link.month)} is stored among those of ${month}`,
});

/** Compares the links of a month with the objects that hold them. Each object's key names the hash of its last link. */
function exportsOf({ links }: Exports, month: string) {
  const objects = (links.get(month) ?? []).toSorted((a, b) => a.from - b.from);
  const ends = new Map(objects.map(({ to, hash }) => [to, hash]));
  const last = Math.max(0, ...ends.keys());
  const covers = ({ sequence }: Link) => objects.some(({ from, to }) => from <= sequence && sequence <= to);
  let seen = 0;
  let reported = false;
  return {
    covers,
    judge(link: Link, now: number): string[] {
      seen = link.sequence;
      const hash = ends.get(link.sequence);
      if (hash !== undefined && hash !== link.hash)
        return [`CHANGED: link ${link.sequence} of ${month} is not the exported one`];
      if (covers(link) || reported) return [];
      if (link.sequence > last && isRecent(link.at, now, exportedWithin)) return [];
      reported = true;
      return [`NOT EXPORTED: link ${link.sequence} of ${month} is in no object of the export`];
    },
    rest: (): string[] =>
      seen < last ? [`DELETED: the export holds ${counted(last, 'link')} of ${month}, and the history ${seen}`] : [],
  };
}

type Wanted = Context & {
  readonly ids: Iterable<string> | AsyncIterable<string>;
  readonly linked: Linked;
  /** Collects the values under which indexes hold the rollbacks. */
  readonly values: ReturnType<typeof indexValues>;
  /** Collects the versions that the rollbacks undid. */
  readonly undone: Map<string, UndoneBy>;
};

/** Verifies rollbacks, some at once. */
async function verifyRollbacks(
  source: HistorySource,
  options: VerifyOptions,
  { ids, linked, exported, result, values, undone }: Wanted,
): Promise<void> {
  const { now, progress } = options;
  const { newest } = linked;
  const one = async (rollback: string): Promise<Verdict> => {
    const links = linked.claims.get(rollback) ?? [];
    const seals = exported.rollbacks.get(rollback) ?? [];
    if (source.isExport && seals.length === 0 && !links.some(({ sealed }) => sealed))
      return { findings: [], notes: [`${rollback} was opened and not sealed: it is in no export yet`] };
    const unlinked = source.isExport ? await unlinkedIn(source, { rollback, seals, links, newest, now }) : nothing;
    const exports = seals.map(({ count, head }) => ({ count, head, says: 'exported' }));
    for (let tries = 1; ; tries += 1) {
      const evidence = await source.read(rollback);
      values.add(evidence);
      const did = undoneIn(evidence.events, evidence.waiting);
      if (did) undone.set(rollback, did);
      const verdict = verifyRollback(evidence, [...links, ...exports], now);
      if (verdict.findings.length === 0 || !(await source.settles(evidence, tries))) return both(unlinked, verdict);
    }
  };
  for await (const some of inGroups(ids)) {
    continueUnless(options);
    for (const verdict of await Promise.all(some.map(one))) result.add(verdict);
    result.checked.rollbacks += some.length;
    progress(`verified ${counted(result.checked.rollbacks, 'rollback')}`);
  }
}

const nothing: Verdict = { findings: [], notes: [] };
const both = (a: Verdict, b: Verdict): Verdict => ({
  findings: [...a.findings, ...b.findings],
  notes: [...a.notes, ...b.notes],
});

type Copied = Parameters<typeof unlinkedSeals>[0];

/** Finds the seals of a rollback in a copy of the export that no link of the copy confirms. */
const unlinkedIn = (
  { exportedText: text }: HistorySource,
  { links, ...rest }: Omit<Copied, 'text' | 'links'> & { readonly links: readonly LinkClaim[] },
): Promise<Verdict> => unlinkedSeals({ ...rest, links: links.filter(({ sealed }) => sealed), text });

/** Yields the items of every index, by every value that is known. */
async function* listedBy(
  source: HistorySource,
  values: Wanted['values'],
  options: VerifyOptions,
): AsyncIterable<ListedItem> {
  for (const value of values.all()) {
    continueUnless(options);
    yield* source.listed(value);
  }
}

/**
 * Yields the rollbacks that queries find and nothing else names, each once. An item under a key that is neither a RECORD's
 * nor that of a HOST item is a finding.
 */
async function* unnamed(
  listed: AsyncIterable<ListedItem>,
  known: Set<string>,
  result: Collected,
): AsyncIterable<string> {
  const reported = new Set<string>();
  for await (const item of listed) {
    const rollback = rollbackOf(item) ?? rollbackOfHost(item);
    const key = keyText(item);
    if (rollback === undefined) {
      if (reported.has(key)) continue;
      reported.add(key);
      const shown = item.summary?.rollback_id;
      result.find(
        shown ?? null,
        `ADDED: ${key} is no RECORD of this product, and queries find it as ${shown ?? 'one'}`,
      );
    } else if (!known.has(rollback)) {
      known.add(rollback);
      yield rollback;
    }
  }
}

async function* inGroups(ids: Iterable<string> | AsyncIterable<string>): AsyncIterable<string[]> {
  let group: string[] = [];
  for await (const id of ids) {
    group.push(id);
    if (group.length < readAtOnce) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** Finds the executions that wrote events of which nothing is left: links and rollback were deleted together. */
async function findDeletedExecutions(
  source: HistorySource,
  options: VerifyOptions,
  { known, result }: { readonly known: ReadonlySet<string>; readonly result: Collected },
): Promise<void> {
  options.progress('comparing the executions that Step Functions keeps');
  for await (const { rollback, witness } of source.executions()) {
    continueUnless(options);
    if (known.has(rollback)) continue;
    const chain = await witness();
    if (chain && (await source.read(rollback)).events.length === 0)
      result.find(
        rollback,
        `DELETED: the execution ${rollback} wrote ${counted(chain.count, 'event')}, and the history holds none`,
      );
  }
}
