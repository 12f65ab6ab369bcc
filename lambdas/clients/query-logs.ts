import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { FoundLines, LogQuery } from '../../domain/follow-up/log-queries.ts';
import type { Collected } from '../../domain/report/facts.ts';

/** Runs a query of CloudWatch Logs Insights. Whatever keeps it from completing is the reason why its lines are missing; it never throws. */
export type QueryLogs = (query: LogQuery) => Promise<Collected<FoundLines>>;

type Time = { readonly now: () => number; readonly sleep: (milliseconds: number) => Promise<unknown> };

/** A query reads about a gigabyte a second. One that takes longer is asked again with the next draft. */
const mostMilliseconds = 20_000;
/** GetQueryResults allows 5 calls a second per account and region (CloudWatch Logs quotas). */
const betweenLooks = 1000;

export const queryLogsOn =
  (client: CloudWatchLogsClient, { now, sleep }: Time): QueryLogs =>
  async ({ groups, from, to, text }) => {
    const [startTime, endTime] = [from, to].map((at) => Math.floor(Date.parse(at) / 1000)); // seconds
    try {
      const begun = now();
      const { queryId } = await client.send(
        new StartQueryCommand({ logGroupNames: [...groups], startTime, endTime, queryString: text }),
      );
      for (;;) {
        await sleep(betweenLooks);
        const { status, results = [], statistics } = await client.send(new GetQueryResultsCommand({ queryId }));
        if (status === 'Complete')
          return { found: { lines: results.map(lineOf), matched: statistics?.recordsMatched ?? results.length } };
        if (status !== 'Running' && status !== 'Scheduled') return { missing: `the query ended ${status}.` };
        if (now() - begun > mostMilliseconds)
          return { missing: `the query was ${status} after ${mostMilliseconds / 1000} s.` };
      }
    } catch (error) {
      const { name, message } = error as Error;
      return { missing: `CloudWatch Logs refused: ${name}: ${message}` };
    }
  };

/** Logs Insights returns instants as "2026-01-05 09:00:00.000", in UTC. */
function lineOf(fields: readonly ResultField[]) {
  const of = (name: string) => fields.find(({ field }) => field === name)?.value ?? '';
  return { at: `${of('@timestamp').replace(' ', 'T')}Z`, log: of('@log'), text: of('text') };
}
