import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { HeldDrill, PassedDrill } from '../../domain/drill/drill.ts';
import { drillKey, drillsOf, drillsSinceKey, openDrillKey, passedDrillKey } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';
import { queryItems } from './query-items.ts';
import { readItem } from './read-item.ts';

/** A drill or a plan that has not ended. */
export type OpenDrill = {
  readonly rollback: string;
  readonly execution_arn: string;
  readonly phase: number;
  readonly mode: 'plan' | 'simulate';
};

/** All that is stored about drills. `since`: since when drills are due; undefined: that is not stored yet. */
export type AllDrills = {
  readonly held: readonly HeldDrill[];
  readonly open: readonly OpenDrill[];
  readonly since: string | undefined;
};

/** Results of drills in the state table. They are no rollbacks: nothing that counts rollbacks reads them. */
export type Drills = {
  /** Stores that a drill or a plan is open, so that Reconcile ends it if its execution ends without an ending. */
  open(drill: OpenDrill): Promise<void>;
  /** Removes an open drill or plan; does nothing if it is not stored. */
  close(rollback: string): Promise<void>;
  /** Stores the newest drill of a pair of trigger and phase; if it passed, also that of the phase. */
  keep(drill: HeldDrill): Promise<void>;
  /** Returns the newest drill of a phase that passed; undefined: none has. */
  lastDrill(phase: number): Promise<PassedDrill | undefined>;
  /** Returns the newest drill of each pair, the open drills and plans, and since when drills are due, in one consistent read. */
  all(): Promise<AllDrills>;
  /** Stores since when drills are due (ISO 8601), unless that is stored already. */
  dueSince(at: string): Promise<void>;
};

export const drillsIn = (db: DynamoDBDocumentClient, table: string): Drills => ({
  open: async ({ rollback, execution_arn, phase, mode }) => {
    const Item = { ...openDrillKey(rollback), rollback, execution_arn, phase, mode };
    await db.send(new PutCommand({ TableName: table, Item }));
  },
  close: async (rollback) => {
    await db.send(new DeleteCommand({ TableName: table, Key: openDrillKey(rollback) }));
  },
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
  all: async () => {
    const items = await queryItems(db, table, drillsOf);
    const under = (prefix: string) => items.filter(({ sk }) => String(sk).startsWith(prefix)).map(withoutKey);
    return {
      held: under('HELD#') as unknown as HeldDrill[],
      // An older version of the product stored no mode, and no plans.
      open: under('OPEN#').map((one) => ({ mode: 'simulate', ...one })) as unknown as OpenDrill[],
      since: items.find(({ sk }) => sk === drillsSinceKey.sk)?.['at'] as string | undefined,
    };
  },
  dueSince: async (at) => {
    const Item = { ...drillsSinceKey, at };
    await putIf(db, { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' });
  },
});

const withoutKey = ({ pk: _, sk: __, ...item }: Readonly<Record<string, unknown>>) => item;
