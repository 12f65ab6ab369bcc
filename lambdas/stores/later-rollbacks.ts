import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { historyQuery } from '../../domain/history/history-query.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { type RecordSummary, summaryAttribute } from '../../domain/history/record-index.ts';
import { type LaterRollback, laterThan } from '../../domain/page/after-the-end.ts';

/** Returns the live rollbacks of a rollback's phase that began later, newest first; of very many, the newest. */
export type ReadLater = (record: RollbackRecord) => Promise<readonly LaterRollback[]>;

/** Rollbacks of the phase that are read: the newest of them is what a reader needs. */
const mostSeen = 10;

export const laterIn =
  (db: DynamoDBDocumentClient, table: string): ReadLater =>
  async (record) => {
    const query = historyQuery(table, { phase: record.phase, mode: 'live' }, { limit: mostSeen });
    const { Items = [] } = await db.send(new QueryCommand(query));
    return laterThan(
      Items.map((item) => item[summaryAttribute] as RecordSummary),
      record,
    );
  };
