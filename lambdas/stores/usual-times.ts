import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { RollbackEvent } from '../../domain/history/event.ts';
import { historyQuery } from '../../domain/history/history-query.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { type RecordSummary, summaryAttribute } from '../../domain/history/record-index.ts';
import type { UsualTimes } from '../../domain/page/facts.ts';
import { drillForecast, earlierThat, usualSteps } from '../../domain/page/usual-steps.ts';
import { passedDrillKey, recordKey } from '../../domain/tables.ts';
import { readItem } from './read-item.ts';
import type { ReadUsualMinutes } from './usual-minutes.ts';

/** Returns how long such rollbacks usually take. A part that cannot be read counts as not known. */
export type ReadUsualTimes = (record: RollbackRecord) => Promise<UsualTimes>;

type UsualTimesIn = {
  readonly db: DynamoDBDocumentClient;
  readonly tables: { readonly state: string; readonly history: string };
  readonly events: (rollback: string) => Promise<readonly RollbackEvent[]>;
  readonly usualMinutes: ReadUsualMinutes;
};

/** Rollbacks of the phase among which earlier ones are looked for. */
const mostSeen = 50;

export const usualTimesIn =
  ({ db, tables, events, usualMinutes }: UsualTimesIn): ReadUsualTimes =>
  async (record) => {
    const earlier = async () => {
      const query = historyQuery(tables.history, { phase: record.phase, mode: 'live' }, { limit: mostSeen });
      const { Items = [] } = await db.send(new QueryCommand(query));
      const ids = earlierThat(
        Items.map((item) => item[summaryAttribute] as RecordSummary),
        record,
      );
      const found = await Promise.all(
        ids.map((id) => db.send(new GetCommand({ TableName: tables.history, Key: recordKey(id) }))),
      );
      return usualSteps(found.flatMap(({ Item }) => (Item ? [Item as RollbackRecord] : [])));
    };
    const drilled = async () => {
      const passed = await readItem(db, tables.state, passedDrillKey(record.phase));
      return passed ? drillForecast(await events(String(passed['rollback']))) : null;
    };
    const [rollbacks, drill, steps] = await Promise.all([
      usualMinutes(record.phase, record.severity).catch(() => null),
      drilled().catch(() => null),
      earlier().catch(() => ({})),
    ]);
    return { rollbacks, drill, steps };
  };
