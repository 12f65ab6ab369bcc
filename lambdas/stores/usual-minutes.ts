import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Counters } from '../../domain/statistics/counters.ts';
import { monthsOf } from '../../domain/statistics/months.ts';
import { generationOf, monthStates } from '../../domain/statistics/progress.ts';
import { type UsualMinutes, usualMinutes } from '../../domain/statistics/usual-minutes.ts';
import { countersKey, statisticsOf } from '../../domain/tables.ts';
import { triggers } from '../../domain/trigger.ts';
import { queryItems } from './query-items.ts';
import { readAll } from './read-item.ts';

/** Returns the usual time of rollbacks of a phase and severity, from the last months; null if too few acted. */
export type ReadUsualMinutes = (phase: number, severity: string) => Promise<UsualMinutes | null>;

/** An older rollback says little about hosts and runbooks of today. */
const months = 6;

/** Two requests: six months of seven triggers are 42 items, and one request reads 100. */
export const usualMinutesIn =
  (db: DynamoDBDocumentClient, table: string, now: () => number): ReadUsualMinutes =>
  async (phase, severity) => {
    const states = monthStates(await queryItems(db, table, statisticsOf));
    const present = new Date(now()).toISOString().slice(0, 7);
    const cells = monthsOf({ last: months }, present).flatMap((month) =>
      [...triggers, 'manual'].map((trigger) => ({ month, mode: 'live', phase, trigger })),
    );
    const keys = cells.map((cell) => countersKey(cell, generationOf(states, cell.month)));
    const items = await readAll(db, table, keys);
    const counted = cells.flatMap((cell, index) => {
      const item = items.find(({ pk, sk }) => pk === keys[index]?.pk && sk === keys[index]?.sk);
      return item ? [{ cell, counters: item['counters'] as Counters }] : [];
    });
    return usualMinutes(counted, phase, severity);
  };
