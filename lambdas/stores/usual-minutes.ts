import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Counters } from '../../domain/statistics/counters.ts';
import { monthsOf } from '../../domain/statistics/months.ts';
import { generationOf, monthStates } from '../../domain/statistics/progress.ts';
import { type UsualMinutes, usualMinutes } from '../../domain/statistics/usual-minutes.ts';
import { countersOf, generationKey, statisticsOf } from '../../domain/tables.ts';
import { queryItems } from './query-items.ts';

/** Returns the usual time of rollbacks of a phase and severity, from the last months; null if too few acted. */
export type ReadUsualMinutes = (phase: number, severity: string) => Promise<UsualMinutes | null>;

/** An older rollback says little about hosts and runbooks of today. */
const months = 6;

export const usualMinutesIn =
  (db: DynamoDBDocumentClient, table: string, now: () => number): ReadUsualMinutes =>
  async (phase, severity) => {
    const states = monthStates(await queryItems(db, table, statisticsOf));
    const present = new Date(now()).toISOString().slice(0, 7);
    const cells = await Promise.all(
      monthsOf({ last: months }, present).map(async (month) => {
        const prefix = `${generationKey(generationOf(states, month))}#live#${phase}#`;
        const items = await queryItems(db, table, countersOf(month), prefix);
        return items.map((item) => ({
          cell: { month, mode: 'live', phase, trigger: String(item['trigger']) },
          counters: item['counters'] as Counters,
        }));
      }),
    );
    return usualMinutes(cells.flat(), phase, severity);
  };
