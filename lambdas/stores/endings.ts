import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Ending } from '../../domain/ending.ts';
import { endedKey } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';
import { readItem } from './read-item.ts';

/** The end of a rollback. `at`: ISO 8601. */
export type ReachedEnding = { readonly ending: Ending; readonly problem: string | null; readonly at: string };

/**
 * The endings of rollbacks, in the state table: the history may be down when a rollback ends.
 *
 * An ending is stored before anything that follows from it. From then on no function acts for the rollback, and whoever
 * closes it closes it with this ending.
 */
export type Endings = {
  /** Returns how a rollback ended; undefined: it is open. */
  read(rollback: string): Promise<ReachedEnding | undefined>;
  /**
   * Stores how a rollback ended, unless that is stored; returns the stored ending. Throws only if none is found afterwards: a
   * write whose response is lost may have been made.
   */
  reach(rollback: string, ended: ReachedEnding): Promise<ReachedEnding>;
};

export function endingsIn(db: DynamoDBDocumentClient, table: string): Endings {
  const read = async (rollback: string): Promise<ReachedEnding | undefined> => {
    const item = (await readItem(db, table, endedKey(rollback))) as ReachedEnding | undefined;
    return item && { ending: item.ending, problem: item.problem, at: item.at };
  };
  return {
    read,
    reach: async (rollback, ended) => {
      const Item = { ...endedKey(rollback), ...ended };
      const put = putIf(db, { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' });
      const isNew = await put.catch(async (error) => {
        if (await read(rollback).catch(() => undefined)) return false;
        throw error;
      });
      if (isNew) return ended;
      return (await read(rollback)) ?? ended;
    },
  };
}
