import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PassedDrill } from '../../domain/ready/account-lines.ts';
import { passedDrillKey } from '../../domain/tables.ts';
import { readItem } from './read-item.ts';

/** Results of drills in the state table. */
export type Drills = {
  /** Returns the newest drill of a phase that passed; undefined: none has. */
  lastDrill(phase: number): Promise<PassedDrill | undefined>;
};

export const drillsIn = (db: DynamoDBDocumentClient, table: string): Drills => ({
  lastDrill: async (phase) => {
    const { rollback, at, documents } = (await readItem(db, table, passedDrillKey(phase))) ?? {};
    return rollback === undefined ? undefined : ({ rollback, at, documents } as PassedDrill);
  },
});
