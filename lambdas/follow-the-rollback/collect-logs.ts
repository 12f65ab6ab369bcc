import { type KeptLogs, type LogQuery, logQueries, type TradingLogs } from '../../domain/follow-up/log-queries.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { ExportBucket } from '../clients/export-bucket.ts';
import type { QueryLogs } from '../clients/query-logs.ts';
import { hashOf, reportKey } from './report-key.ts';

export type CollectLogsDeps = {
  readonly queryLogs: QueryLogs;
  readonly tradingLogs: TradingLogs;
  readonly bucket: ExportBucket;
  readonly environment: string;
};

type Of = {
  readonly record: RollbackRecord;
  readonly events: readonly RollbackEvent[];
  readonly hours: number;
  readonly at: string;
};

/**
 * Collects the logs of a rollback's window, each source as an object. A source that an earlier draft has collected stays as it is, because a
 * query costs by what it reads. One that cannot be collected is named with the reason, and asked again with the next draft.
 */
export async function collectLogs(deps: CollectLogsDeps, { record, events, hours, at }: Of): Promise<KeptLogs[]> {
  const earlier = events
    .filter(({ type }) => type === 'Evidence collected')
    .flatMap(({ detail }) => (detail['logs'] ?? []) as readonly KeptLogs[]);
  const { environment, tradingLogs: trading } = deps;
  const queries = logQueries(record, at, { environment, trading });
  return Promise.all(
    queries.map(async (query) => {
      const kept = earlier.find((one) => one.of === query.of && 'key' in one);
      return kept ?? collectOne(deps, query, { rollback: record.rollback_id, hours });
    }),
  );
}

async function collectOne(
  { queryLogs, bucket }: CollectLogsDeps,
  query: LogQuery,
  { rollback, hours }: { readonly rollback: string; readonly hours: number },
): Promise<KeptLogs> {
  const { of } = query;
  const collected = await queryLogs(query);
  if ('missing' in collected) return { of, missing: collected.missing };
  const { lines, matched } = collected.found;
  const text = JSON.stringify({ ...query, matched, lines }, null, 1);
  const key = reportKey(rollback, { name: `logs-${of}-${hours}h`, sha256: hashOf(text), ending: 'json' });
  await bucket.put(key, text, 'application/json');
  return { of, key, sha256: hashOf(text), lines: lines.length, matched };
}
