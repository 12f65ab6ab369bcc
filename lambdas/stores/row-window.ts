import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { rowWindowKey } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';
import type { Deployment } from './deployments.ts';
import { readItem } from './read-item.ts';

/**
 * The instant from which a phase's rows are suspect.
 *
 * An unfinished rollback keeps its window. The next rollback, hours later, must clear the rows that the first one had
 * to clear, and not only the hour before its own start. After a good ending rows are sound, and the next rollback must
 * not clear them.
 */
export type RowWindow = {
  /**
   * Opens a window for a rollback and returns its start, ISO 8601: `start`, or the earlier start of an unfinished
   * rollback of this phase, but never before the last good ending. `kept`: what is stored, if the caller has just read it.
   */
  from(
    phase: number,
    start: string,
    rollback: string,
    known?: { readonly deployment: Deployment | null; readonly kept: KeptWindow },
  ): Promise<string>;
  /** Returns what is stored for a phase. */
  kept(phase: number): Promise<KeptWindow>;
  /** Ends the window after a rollback of the whole fleet: rows written from this instant on are sound. */
  end(phase: number, at: string): Promise<void>;
  /**
   * Ends the window after a rollback of a few hosts, only if that rollback opened it: other hosts may have suspect
   * rows.
   */
  withdraw(phase: number, rollback: string): Promise<void>;
};

/** `start`: an unfinished rollback of the phase had to clear the rows since then. */
export type KeptWindow = {
  readonly start?: string;
  readonly begun_by?: string;
  readonly sound_from?: string;
  /** The deployment that the rollback which opened the window undoes. Absent: none, or stored by an earlier version. */
  readonly deployment?: Deployment;
};

/** Returns the start of the window of a rollback that asks for `asked`, ISO 8601, given what is stored for its phase. */
export function suspectFrom({ start, sound_from }: KeptWindow, asked: string): string {
  if (start) return start < asked ? start : asked;
  return sound_from && sound_from > asked ? sound_from : asked;
}

export const rowWindowIn = (db: DynamoDBDocumentClient, table: string): RowWindow => {
  const read = async (phase: number) => (await readItem(db, table, rowWindowKey(phase))) as KeptWindow | undefined;
  return {
    kept: async (phase) => (await read(phase)) ?? {},
    from: async (phase, asked, rollback, known) => {
      const kept = known?.kept ?? (await read(phase)) ?? {};
      const deployment = known?.deployment;
      const from = suspectFrom(kept, asked);
      if (kept.start) return from;
      const { sound_from } = kept;
      const more = { ...(sound_from ? { sound_from } : {}), ...(deployment ? { deployment } : {}) };
      const Item = { ...rowWindowKey(phase), start: from, begun_by: rollback, ...more };
      // Another opening of this phase may have been faster; its window is then the stored one.
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
