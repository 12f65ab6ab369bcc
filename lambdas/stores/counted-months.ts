import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Counters } from '../../domain/statistics/counters.ts';
import type { StoredCounters } from '../../domain/statistics/figures.ts';
import { generationOf, monthStates } from '../../domain/statistics/progress.ts';
import { countersOf, generationKey, statisticsOf } from '../../domain/tables.ts';
import { queryItems } from './query-items.ts';

/** Returns the counters of every phase and trigger in these months: of rollbacks (`live`) or drills (`simulate`). */
export type ReadMonths = (months: readonly string[], mode: string) => Promise<readonly StoredCounters[]>;

/** One request for the generations, and one per month. */
export const readMonthsIn =
  (db: DynamoDBDocumentClient, table: string): ReadMonths =>
  async (months, mode) => {
    const states = monthStates(await queryItems(db, table, statisticsOf));
    const read = async (month: string) => {
      const prefix = `${generationKey(generationOf(states, month))}#${mode}#`;
      const items = await queryItems(db, table, countersOf(month), prefix);
      return items.map((item) => ({
        cell: { month, mode, phase: Number(item['phase']), trigger: String(item['trigger']) },
        counters: item['counters'] as Counters,
      }));
    };
    return (await Promise.all(months.map(read))).flat();
  };
