import { InvalidInput } from '../../domain/errors.ts';
import type { HistoryFilter } from '../../domain/history/history-query.ts';
import { type IndexPlace, leadingFacet } from '../../domain/history/history-query.ts';
import { keyText } from '../../domain/history/listed-item.ts';
import { type AskedList, pageStart, pageToken } from '../../domain/history/page-token.ts';
import { indexFormat, indexName, type RecordSummary } from '../../domain/history/record-index.ts';
import { type AskedRange, type TimeRange, timeRange } from '../../domain/history/time-range.ts';
import { accountNow } from '../account/account-controls.ts';
import { type AccountOptions, connectToTables, type Tables } from '../account/clients.ts';
import { type NearValue, nearValues } from '../account/near-values.ts';
import { type RollbackPage, readRollbacks } from '../account/read-rollbacks.ts';
import { UsageError } from '../account/usage-error.ts';
import { withAccount } from '../account/with-account.ts';
import { print, printData } from '../text/colour.ts';
import { historyCommand } from '../text/commands-to-paste.ts';
import { historyTable } from '../text/history-table.ts';
import { phases } from '../text/known-names.ts';

type Filters = Omit<HistoryFilter, 'cause' | keyof TimeRange>;
export type ListOptions = Pick<AccountOptions, 'environment'> &
  AskedRange &
  Filters & {
    readonly withCause?: boolean;
    readonly withoutCause?: boolean;
    readonly limit: number;
    readonly page?: string;
  };
type Options = AccountOptions & ListOptions & { readonly json?: boolean; readonly csv?: boolean };

/** A list of rollbacks as it was asked, and the instants of its range. */
type List = {
  readonly asked: AskedList;
  readonly range: TimeRange;
  readonly limit: number;
  readonly after?: IndexPlace;
  /** The account's time, in epoch milliseconds. */
  readonly now: number;
};

export async function history(options: Options): Promise<number> {
  if (options.json && options.csv) throw new UsageError('--json and --csv are two formats. Leave out one of them.');
  const connection = await connectToTables(options);
  const list = listOf(options, await accountNow(connection));
  return withAccount(connection, async () => {
    const { filter, page } = await readList(connection, list);
    const isEmpty = page.rollbacks.length === 0 && page.next === undefined && list.after === undefined;
    const near = isEmpty ? await nearValues(connection, filter) : [];
    await printPage(options, list, { ...page, near });
    return 0;
  });
}

/** Reads a page of a list. */
async function readList(connection: Tables, list: List) {
  const filter = { ...list.asked.filter, ...list.range };
  return { filter, page: await readRollbacks(connection, { ...list, filter }) };
}

/** Returns a page of the list that the options ask for, and the token of the next page; null: there is none. */
export async function historyPage(connection: Tables, options: ListOptions, now: number) {
  const list = listOf(options, now);
  const { page } = await readList(connection, list);
  return { ...page, next: page.next === undefined ? null : tokenOf(list, page.next) };
}

const tokenOf = ({ asked, range, now }: List, after: IndexPlace) => pageToken(asked, { range, after }, now);

/** Returns the list that the options ask for. Throws UsageError if they ask for none. */
function listOf({ limit, page, ...options }: ListOptions, now: number): List {
  const asked = { environment: options.environment, filter: filterOf(options), range: rangeOf(options) };
  try {
    return page === undefined
      ? { asked, range: timeRange(asked.range, now), limit, now }
      : { asked, ...pageStart(asked, page, now), limit, now };
  } catch (error) {
    throw error instanceof InvalidInput ? new UsageError(error.message) : error;
  }
}

const rangeOf = ({ from, to, last }: AskedRange): AskedRange => defined({ from, to, last });

function filterOf(options: Omit<ListOptions, 'limit' | 'page'>): HistoryFilter {
  const { phase, trigger, severity, ending, operator, principal, host, version, withCause, withoutCause } = options;
  if (withCause && withoutCause)
    throw new UsageError('--with-cause and --without-cause exclude each other. Leave out one of them.');
  // A plan has endings of its own, and plans are not in the list of live rollbacks.
  const mode = options.mode ?? (ending === 'Planned' || ending === 'Not planned' ? 'plan' : 'live');
  const cause = withCause ? true : withoutCause ? false : undefined;
  return defined({ phase, trigger, severity, ending, operator, principal, host, version, mode, cause });
}

/** Returns the fields that have a value. */
const defined = <T extends object>(fields: T): { [Name in keyof T]: Exclude<T[Name], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

type Output = Pick<Options, 'environment' | 'json' | 'csv'>;

/** A page, and the values of its filters that may be misspelt. */
type Shown = RollbackPage & { readonly near: readonly NearValue[] };

async function printPage(output: Output, list: List, page: Shown): Promise<void> {
  const next = nextOf(output, list, page);
  const { environment } = list.asked;
  const { rollbacks } = page;
  if (output.json) {
    const { range, asked } = list;
    const { read, withoutRecord: without_record, strange, near } = page;
    console.log(
      JSON.stringify(
        { environment, filter: { ...asked.filter, ...range }, rollbacks, read, without_record, strange, near, next },
        null,
        2,
      ),
    );
    return;
  }
  const remarks = remarksOf(list, page, next);
  if (output.csv) {
    printData((await import('../text/history-csv.ts')).historyCsv(environment, rollbacks));
    console.error(remarks.join('\n'));
  } else {
    const width = process.stdout.isTTY ? process.stdout.columns || 80 : undefined;
    print([...(rollbacks.length > 0 ? historyTable(rollbacks, width) : []), ...remarks].join('\n'));
  }
}

type Next = { readonly token: string; readonly command: string } | null;

function nextOf({ json, csv }: Output, list: List, { next }: RollbackPage): Next {
  if (next === undefined) return null;
  const { asked, limit } = list;
  const token = tokenOf(list, next);
  return { token, command: historyCommand(asked, { limit, page: token, json, csv }) };
}

/** A phase without a runbook may have had one, so it is no error: its rollbacks are still in the history. */
function phaseRemark(phase: number | undefined): string[] {
  const known = phases.values().map(({ value }) => value);
  if (phase === undefined || known.includes(String(phase))) return [];
  return [`Phase ${phase} has no runbook now; phases with one: ${known.join(', ')}.`];
}

const hostRemark = (host: string | undefined): string[] =>
  host === undefined || /^m?i-[0-9a-f]+$/.test(host)
    ? []
    : [`--host takes an instance id, such as i-0123456789abcdef0; found "${host}".`];

/** Returns what to know beside the rows: how many, of which range, which rows are unusual, and how to go on. */
function remarksOf({ asked, range, limit }: List, page: Shown, next: Next): string[] {
  const { rollbacks, read, withoutRecord } = page;
  const found = `${rollbacks.length === 0 ? 'No rollback' : count(rollbacks.length, 'rollback')}${rangeText(range)}`;
  const isShort = next !== null && rollbacks.length < limit;
  return [
    isShort
      ? `${found} among the ${read} that this page read in index ${indexName(leadingFacet(asked.filter))}: the other filters let few through.`
      : `${found}${rollbacks.length === 0 ? ' passes these filters' : ', newest first'}.`,
    ...(rollbacks.length === 0 ? [...phaseRemark(asked.filter.phase), ...hostRemark(asked.filter.host)] : []),
    ...page.near.map(({ filter, found, near }) => `No rollback has --${filter} "${found}"; did you mean "${near}"?`),
    ...formatRemark(rollbacks),
    ...(withoutRecord.length > 0
      ? [`Has reports of this host but no RECORD: ${withoutRecord.join(', ')}. Find out who deleted it.`]
      : []),
    ...strangeRemark(page, leadingFacet(asked.filter) === 'host' ? 'HOST item' : 'RECORD'),
    ...(next === null ? [] : [`${isShort ? 'Go on' : 'There are more'}:`, `  ${next.command}`]),
  ];
}

/** Returns a remark on items that somebody else wrote into the index, such as a copy of a RECORD under another key. */
const strangeRemark = ({ strange }: RollbackPage, what: string): string[] =>
  strange.length === 0
    ? []
    : [
        `${count(strange.length, 'item')} of this index ${strange.length === 1 ? 'is' : 'are'} no ${what} of this product: ${strange.map(keyText).join('; ')}. Not listed; find out who wrote it.`,
      ];

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

const rangeText = ({ from, to }: TimeRange) =>
  `${from === undefined ? '' : ` from ${from}`}${to === undefined ? '' : ` until before ${to}`}`;

/** Returns a remark on rows that another version of the product wrote: some fields may be missing or mean something else. */
function formatRemark(rollbacks: readonly RecordSummary[]): string[] {
  const other = rollbacks.filter(({ format }) => format !== indexFormat);
  if (other.length === 0) return [];
  const formats = [...new Set(other.map(({ format }) => format ?? 'none'))].join(', ');
  return [
    `${count(other.length, 'row')} of another format (${formats}; this version writes ${indexFormat}): ${other.map(({ rollback_id }) => rollback_id).join(', ')}. Fields may be missing; rollback show ID has the whole record.`,
  ];
}
