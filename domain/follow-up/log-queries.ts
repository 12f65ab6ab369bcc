import type { RollbackRecord } from '../history/record.ts';
import { hoursAfter } from './schedule.ts';

/** Whose lines a query finds: those of the product's functions, or of the trading system. */
export const logSources = ['product', 'trading'] as const;
export type LogSource = (typeof logSources)[number];

/** A source in words. */
export const logWords: Readonly<Record<LogSource, string>> = {
  product: "the product's functions",
  trading: 'the trading system',
};

/** The log groups of the trading system, and which of their lines are kept, as an environment names them. */
export type TradingLogs = { readonly groups: readonly string[]; readonly like: string };

/** A query of CloudWatch Logs Insights. */
export type LogQuery = {
  readonly of: LogSource;
  readonly groups: readonly string[];
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
};

/** The functions that act in a rollback, by their log groups' last words. StartQuery takes at most 50 groups. */
const acting = [
  ...['open-rollback', 'ask-a-person', 'take-the-answer', 'read-the-decision', 'take-the-fleet', 'plan-the-rollback'],
  ...['flip-flag', 'run-on-hosts', 'confirm-recovery', 'close-rollback', 'release-the-fleet', 'send-message'],
  ...['reconcile', 'halt-the-hosts', 'resume-the-hosts', 'look-at-hosts', 'follow-the-rollback', 'write-page'],
] as const;

/** Lines that Lambda writes about each run by itself (Lambda guide, "Log formats"). */
const ofLambda = '^(START|END|REPORT|INIT_START) ';

/**
 * Lines of one query that are kept, and characters of each: both queries then fit a function's memory many times. AWS returns at most 10,000.
 */
export const mostLines = 2000;
const mostCharacters = 2000;

const textOf = (filter: string) =>
  `fields @timestamp, @log, substr(@message, 0, ${mostCharacters}) as text | filter @message ${filter} | sort @timestamp asc | limit ${mostLines}`;

type Windowed = Pick<RollbackRecord, 'breaching_since' | 'start_time' | 'completion_time'>;

/**
 * Returns the queries that collect a rollback's logs: from an hour before the first breach, of the product to four hours after the end. The
 * trading system logs much more, and a query costs by what it reads, so its lines end with the rollback.
 */
export function logQueries(
  { breaching_since, start_time, completion_time }: Windowed,
  at: string,
  { environment, trading }: { readonly environment: string; readonly trading: TradingLogs },
): LogQuery[] {
  const from = hoursAfter(breaching_since ?? start_time, -1);
  const end = completion_time ?? at;
  const to = [hoursAfter(end, 4), at].toSorted()[0] ?? at;
  const groups = acting.map((name) => `/aws/lambda/rollback-${environment}-${name}`);
  const product: LogQuery = { of: 'product', groups, from, to, text: textOf(`not like /${ofLambda}/`) };
  if (trading.groups.length === 0) return [product];
  return [product, { of: 'trading', groups: trading.groups, from, to: end, text: textOf(`like /${trading.like}/`) }];
}

/** A line as it is kept. `log`: "ACCOUNT:GROUP". */
export type LogLine = { readonly at: string; readonly log: string; readonly text: string };

/** The lines that a query found: all of them, or the first `mostLines` of `matched`. */
export type FoundLines = { readonly lines: readonly LogLine[]; readonly matched: number };

/** The logs of one source as an event and a report name them: the object that has the lines, or why there is none. */
export type KeptLogs =
  | {
      readonly of: LogSource;
      readonly key: string;
      readonly sha256: string;
      readonly lines: number;
      readonly matched: number;
    }
  | { readonly of: LogSource; readonly missing: string };
