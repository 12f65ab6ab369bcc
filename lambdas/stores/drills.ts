import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { HeldDrill } from '../../domain/drill/drill.ts';
import { drillKey, drillsOf, passedDrillKey } from '../../domain/tables.ts';
import { queryItems } from './query-items.ts';
import { readItem } from './read-item.ts';

/** The newest drill of a phase that passed. */
export type PassedDrill = {
  readonly rollback: string;
  /** ISO 8601: its end. */
  readonly at: string;
  /** The hash of the documents that it ran, as `documentsHash` of domain/drill makes it. */
  readonly documents: string;
};

/** Results of drills in the state table. They are no rollbacks: nothing that counts rollbacks reads them. */
export type Drills = {
  /** Stores the newest drill of a pair of trigger and phase; if it passed, also that of the phase. */
  keep(drill: HeldDrill): Promise<void>;
  /** Returns the newest drill of a phase that passed; undefined: none has. */
  lastDrill(phase: number): Promise<PassedDrill | undefined>;
  /** Returns the newest drill of each pair of trigger and phase, in no order. */
  newest(): Promise<HeldDrill[]>;
};

export const drillsIn = (db: DynamoDBDocumentClient, table: string): Drills => ({
  keep: async (drill) => {
    const { phase, trigger, rollback, at, documents } = drill;
    // The phase's item first: a call that dies between the two is repeated, and then stores both again.
    if (drill.ending === 'Drill passed')
      await db.send(new PutCommand({ TableName: table, Item: { ...passedDrillKey(phase), rollback, at, documents } }));
    await db.send(new PutCommand({ TableName: table, Item: { ...drillKey(phase, trigger), ...drill } }));
  },
  lastDrill: async (phase) => {
    const { rollback, at, documents } = (await readItem(db, table, passedDrillKey(phase))) ?? {};
    return rollback === undefined ? undefined : ({ rollback, at, documents } as PassedDrill);
  },
  newest: async () =>
    (await queryItems(db, table, drillsOf, 'HELD#')).map(
      ({ pk: _, sk: __, ...drill }) => drill as unknown as HeldDrill,
    ),
});
