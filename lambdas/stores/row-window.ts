import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { rowWindowKey } from '../../domain/tables.ts';
import { conditionHolds, putIf } from './conditional-write.ts';
import type { Deployment } from './deployments.ts';
import { readItem } from './read-item.ts';

/**
 * The instant from which a phase's rows are suspect.
 *
 * An unfinished rollback keeps its window. Its retry, hours later, must clear the rows that it had to clear: not only those
 * of the hour before its own start, and none from before, which were sound. After a good ending rows are sound, and the
 * next rollback must not clear them.
 */
export type RowWindow = {
  /** Opens a window for a rollback, unless an unfinished one has left its own, and returns its start, ISO 8601 (suspectFrom). */
  from(phase: number, start: string, rollback: string, about?: WindowAsked): Promise<string>;
  /** Returns what is stored for a phase. */
  kept(phase: number): Promise<KeptWindow>;
  /** Ends the window after a rollback of the whole fleet: rows written from this instant on are sound. */
  end(phase: number, at: string): Promise<void>;
  /**
   * Ends the window of a rollback that acted on a few hosts, or did not act, only if that rollback opened it: rows of other
   * hosts, or of an unfinished rollback, may be suspect.
   */
  withdraw(phase: number, rollback: string): Promise<void>;
};

/** `start`: an unfinished rollback of the phase had to clear the rows since then. */
export type KeptWindow = {
  readonly start?: string;
  readonly begun_by?: string;
  readonly sound_from?: string;
  /** A person gave the start. */
  readonly given?: boolean;
  /** It is the window of a few hosts. Absent: of the whole fleet, or stored by an earlier version. */
  readonly few?: boolean;
  /** The deployment that the rollback which opened the window undoes. Absent: none, or stored by an earlier version. */
  readonly deployment?: Deployment;
};

/** The facts that a rollback's window follows from, besides the instant for which it asks. */
export type WindowAsked = Pick<KeptWindow, 'given' | 'few'> & {
  /** ISO 8601: the first breaching datapoint. */
  readonly corrupt_from?: string;
  readonly deployment?: Deployment | null;
  /** The stored window, if the caller has just read it. */
  readonly kept?: KeptWindow;
};

/**
 * Returns the start of the window of a rollback that asks for `asked`, ISO 8601, given what is stored for its phase.
 *
 * A person's instant counts as it is. Otherwise the start of an unfinished rollback stays, with two exceptions: a few hosts
 * say nothing of the others, and a datapoint that breached before the start shows that corruption began earlier than was
 * known. Nothing goes back past the last good ending.
 */
export function suspectFrom(kept: KeptWindow, asked: string, about: WindowAsked = {}): string {
  if (about.given) return asked;
  const { start, sound_from } = kept;
  const own = sound_from && sound_from > asked ? sound_from : asked;
  if (!start) return own;
  const brokeEarlier = !kept.given && about.corrupt_from !== undefined && about.corrupt_from < start;
  return (ofFewOnly(kept, about) || brokeEarlier) && own < start ? own : start;
}

/** The stored window is that of a few hosts, and a rollback of the whole fleet asks. */
const ofFewOnly = (kept: KeptWindow, { few = false }: WindowAsked) => kept.few === true && !few;

/** Returns the window to store instead of that of an unfinished rollback; undefined: that one stays. */
function replacement(kept: KeptWindow, opened: KeptWindow, about: WindowAsked): KeptWindow | undefined {
  const { start = '' } = opened;
  if (ofFewOnly(kept, about)) return opened;
  if (start === kept.start && (kept.given || !about.given)) return undefined;
  if (!about.few) return opened;
  // Other hosts may need the stored one. The rollback that opened it still ends it.
  const { start: stored = '', begun_by = '' } = kept;
  return kept.few && start < stored ? { ...opened, begun_by } : undefined;
}

/** Returns the window as a rollback opens it. */
function openedBy(rollback: string, start: string, { sound_from }: KeptWindow, about: WindowAsked): KeptWindow {
  const { given, few, deployment } = about;
  return {
    ...{ start, begun_by: rollback },
    ...(sound_from ? { sound_from } : {}),
    ...(given ? { given } : {}),
    ...(few ? { few } : {}),
    ...(deployment ? { deployment } : {}),
  };
}

export const rowWindowIn = (db: DynamoDBDocumentClient, table: string): RowWindow => {
  const read = async (phase: number) => (await readItem(db, table, rowWindowKey(phase))) as KeptWindow | undefined;
  return {
    kept: async (phase) => (await read(phase)) ?? {},
    from: async (phase, asked, rollback, about = {}) => {
      const kept = about.kept ?? (await read(phase)) ?? {};
      const from = suspectFrom(kept, asked, about);
      const opened = openedBy(rollback, from, kept, about);
      const item = kept.start ? replacement(kept, opened, about) : opened;
      if (!item) return from;
      // Another opening of this phase may have been faster; its window is then the stored one.
      const first = await putIf(db, {
        TableName: table,
        Item: { ...rowWindowKey(phase), ...item },
        ConditionExpression: kept.start ? '#start = :start' : 'attribute_not_exists(#start)',
        ExpressionAttributeNames: { '#start': 'start' },
        ...(kept.start ? { ExpressionAttributeValues: { ':start': kept.start } } : {}),
      });
      return first ? from : suspectFrom((await read(phase)) ?? {}, asked, about);
    },
    end: async (phase, at) => {
      await db.send(new PutCommand({ TableName: table, Item: { ...rowWindowKey(phase), sound_from: at } }));
    },
    withdraw: async (phase, rollback) => {
      await conditionHolds(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: rowWindowKey(phase),
            UpdateExpression: 'REMOVE #start, begun_by, given, few, deployment', // sound_from stays
            ConditionExpression: 'begun_by = :rollback',
            ExpressionAttributeNames: { '#start': 'start' },
            ExpressionAttributeValues: { ':rollback': rollback },
          }),
        ),
      );
    },
  };
};
