import type { Instant } from '../clock/clock.ts';
import { AwsError } from '../wire/aws-error.ts';
import { parseQuery, type QueriedLine } from './insights-query.ts';
import { groupNamed, type LogsState, type StartedQuery } from './state.ts';

/** Milliseconds that a query runs. On AWS it is seconds, and more for gigabytes. */
const runs = 1000;

/** Queries at once per account and region (CloudWatch Logs quotas). */
const mostAtOnce = 30;

const isRunning = (state: LogsState, { startedAt }: StartedQuery) => state.surroundings.clock.now() - startedAt < runs;

type Asked = Pick<StartedQuery, 'groups' | 'from' | 'to'> & {
  readonly text: string;
  readonly limit: number | undefined;
};

/** Starts a query. Refuses a group that does not exist, a query that is not understood, and one more than run at once. */
export function startQuery(state: LogsState, { groups, from, to, text, limit }: Asked): string {
  for (const name of groups) groupNamed(state, name);
  const query = parseQuery(text);
  const running = [...state.queries.values()].filter((one) => isRunning(state, one));
  if (running.length >= mostAtOnce)
    throw new AwsError('LimitExceededException', `Account maximum query concurrency limit of [${mostAtOnce}] reached.`);
  const count = state.queries.size + 1;
  const id = `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`;
  const started = { id, groups, query, from, to, startedAt: state.surroundings.clock.now() };
  state.queries.set(id, { ...started, limit: query.limit ?? limit ?? 1000 });
  return id;
}

/** Returns what GetQueryResults does: nothing while the query runs, then the lines. */
export function queryResults(state: LogsState, id: string) {
  const started = state.queries.get(id);
  if (!started) throw new AwsError('ResourceNotFoundException', `The specified query does not exist: ${id}`);
  if (isRunning(state, started)) return { status: 'Running', results: [], statistics: statisticsOf([], []) };
  const { query, limit } = started;
  const scanned = linesOf(state, started);
  const matched = scanned.filter((line) => query.matches(line));
  const { field, descending } = query.sort;
  const inOrder = matched.toSorted((one, other) => compared(one[field], other[field]) * (descending ? -1 : 1));
  const results = inOrder.slice(0, limit).map((line) => [
    ...query.columns.flatMap(({ name, of }) => {
      const value = of(line);
      return value === undefined ? [] : [{ field: name, value }];
    }),
    { field: '@ptr', value: line['@ptr'] ?? '' },
  ]);
  return { status: 'Complete', results, statistics: statisticsOf(scanned, matched) };
}

const compared = (one = '', other = '') => (one < other ? -1 : one > other ? 1 : 0);

const statisticsOf = (scanned: readonly QueriedLine[], matched: readonly QueriedLine[]) => ({
  recordsMatched: matched.length,
  recordsScanned: scanned.length,
  bytesScanned: scanned.reduce((sum, line) => sum + Buffer.byteLength(line['@message'] ?? ''), 0),
});

function linesOf(state: LogsState, { groups, from, to }: StartedQuery): QueriedLine[] {
  const { accountId } = state.surroundings;
  return groups.flatMap((asked) => {
    const { name, events } = groupNamed(state, asked);
    return events
      .filter(({ at }) => at >= from && at <= to)
      .map(({ id, stream, at, message }) => ({
        '@timestamp': instant(at),
        '@ingestionTime': instant(at),
        '@message': message,
        '@logStream': stream,
        '@log': `${accountId}:${name}`,
        '@ptr': id,
      }));
  });
}

/** "2026-01-05 09:00:00.000", as Logs Insights returns instants. */
const instant = (at: Instant) => new Date(at).toISOString().replace('T', ' ').replace('Z', '');
