import { DeleteCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { rowWindowKey } from '../domain/tables.ts';
import { put } from './conditional.ts';

/**
 * From when on a phase's rows are suspect, kept from the first rollback that did not come to a good end.
 *
 * The next one, hours later, must clear what the first one was to clear, not the hour before itself.
 */
export type RowWindow = {
  /** The earlier of `start` and what an unfinished rollback of this phase began with. ISO 8601. */
  from(phase: number, start: string): Promise<string>;
  /** The phase was rolled back on every host: the next window begins anew. */
  forget(phase: number): Promise<void>;
};

export const rowWindowIn = (db: DynamoDBDocumentClient, table: string): RowWindow => ({
  from: async (phase, start) => {
    const Key = rowWindowKey(phase);
    const kept = { TableName: table, Item: { ...Key, start }, ConditionExpression: 'attribute_not_exists(pk)' };
    if (await put(db, kept)) return start;
    const { Item } = await db.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
    const first = Item?.['start'];
    return typeof first === 'string' && first < start ? first : start;
  },
  forget: async (phase) => {
    await db.send(new DeleteCommand({ TableName: table, Key: rowWindowKey(phase) }));
  },
});
