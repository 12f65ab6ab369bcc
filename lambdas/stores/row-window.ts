import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { rowWindowKey } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';

/**
 * From when on a phase's rows are suspect.
 *
 * It is kept from the first rollback that did not come to a good end: the next one, hours later, must clear what the first
 * one was to clear, not the hour before itself. After a good end rows are sound: the next one must not take those.
 */
export type RowWindow = {
  /** `start`, or the earlier one of an unfinished rollback of this phase; never before the last good end. ISO 8601. */
  from(phase: number, start: string, rollback: string): Promise<string>;
  /** The same, and nothing is kept: a plan begins no rollback. */
  seen(phase: number, start: string): Promise<string>;
  /** The phase was rolled back on the whole fleet: rows written from this instant on are sound. */
  end(phase: number, at: string): Promise<void>;
  /** A few hosts were rolled back: of the others nothing is known, so only a window that this rollback began is over. */
  withdraw(phase: number, rollback: string): Promise<void>;
};

type Kept = { readonly start?: string; readonly begun_by?: string; readonly sound_from?: string };

export const rowWindowIn = (db: DynamoDBDocumentClient, table: string): RowWindow => {
  const read = async (phase: number) => {
    const Key = rowWindowKey(phase);
    return (await db.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))).Item as Kept | undefined;
  };
  const fromOf = ({ start, sound_from }: Kept, asked: string) => {
    if (start) return start < asked ? start : asked;
    return sound_from && sound_from > asked ? sound_from : asked;
  };
  return {
    seen: async (phase, asked) => fromOf((await read(phase)) ?? {}, asked),
    from: async (phase, asked, rollback) => {
      const kept = (await read(phase)) ?? {};
      const from = fromOf(kept, asked);
      if (kept.start) return from;
      const { sound_from } = kept;
      const Item = { ...rowWindowKey(phase), start: from, begun_by: rollback, ...(sound_from ? { sound_from } : {}) };
      // Another opening of this phase may have been faster; then its window stands.
      const first = await putIf(db, {
        TableName: table,
        Item,
        ConditionExpression: 'attribute_not_exists(#start)',
        ExpressionAttributeNames: { '#start': 'start' },
      });
      return first ? from : ((await read(phase))?.start ?? from);
    },
    end: async (phase, at) => {
      await db.send(new PutCommand({ TableName: table, Item: { ...rowWindowKey(phase), sound_from: at } }));
    },
    withdraw: async (phase, rollback) => {
      const { begun_by, sound_from } = (await read(phase)) ?? {};
      if (begun_by !== rollback) return;
      await putIf(db, {
        TableName: table,
        Item: { ...rowWindowKey(phase), ...(sound_from ? { sound_from } : {}) },
        ConditionExpression: 'begun_by = :rollback',
        ExpressionAttributeValues: { ':rollback': rollback },
      });
    },
  };
};
