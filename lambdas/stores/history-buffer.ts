import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Happened } from '../../domain/history/event.ts';
import type { LinkedKind } from '../../domain/history/link.ts';
import { lateKey, lateOf } from '../../domain/tables.ts';
import type { StoredVerdict } from './history.ts';
import { queryItems } from './query-items.ts';

/** A write that the history table refused; it waits in the state table until the history table accepts it. */
export type BufferedWrite = { readonly sk: string; readonly rollback: string } & (
  | { readonly kind: 'event'; readonly happened: Happened }
  | { readonly kind: 'host'; readonly step: string; readonly verdict: StoredVerdict }
  /** A link. Its content is read from the rollback's events once they are stored. */
  | { readonly kind: 'link'; readonly link: LinkedKind }
);

export type HistoryBuffer = {
  /** Adds events behind the waiting ones, in the given order. */
  keepEvents(rollback: string, happened: readonly Happened[]): Promise<void>;
  /** Adds hosts' verdicts on a step; each replaces an earlier one that waits. */
  keepHosts(rollback: string, step: string, verdicts: readonly StoredVerdict[]): Promise<void>;
  /** Adds a link of this kind for the rollback, unless one waits already. */
  keepLink(rollback: string, link: LinkedKind): Promise<void>;
  /** Returns the waiting writes of a rollback in the order in which they were made. */
  read(rollback: string): Promise<readonly BufferedWrite[]>;
  /** Removes writes that the history table has accepted. */
  drop(rollback: string, late: readonly BufferedWrite[]): Promise<void>;
  /** Returns the rollbacks that have waiting writes. */
  rollbacks(): Promise<readonly string[]>;
};

export function historyBufferIn(db: DynamoDBDocumentClient, TableName: string): HistoryBuffer {
  const put = (Item: Record<string, unknown>) => db.send(new PutCommand({ TableName, Item }));
  const remove = (Key: Record<string, string>) => db.send(new DeleteCommand({ TableName, Key }));
  const read = async (rollback: string) =>
    (await queryItems(db, TableName, lateKey(rollback, '').pk)) as unknown as readonly BufferedWrite[];
  const marked = (rollback: string) => put({ pk: lateOf, sk: rollback });
  /** Marks the rollback before and after the writes: this function may end between them, and Reconcile may remove a mark. */
  const keep = async (rollback: string, writes: () => Promise<unknown>) => {
    await marked(rollback);
    await writes();
    await marked(rollback);
  };

  return {
    read,
    keepEvents: async (rollback, happened) => {
      const waiting = (await read(rollback)).filter((late) => late.kind === 'event');
      const ids = new Set(waiting.map((late) => late.happened.id));
      // Ordered by position, not by time: two events may have the same millisecond.
      let position = Number(waiting.at(-1)?.sk.split('#')[1] ?? 0);
      await keep(rollback, async () => {
        for (const one of happened.filter(({ id }) => !ids.has(id))) {
          position += 1;
          const key = lateKey(rollback, `1#${String(position).padStart(8, '0')}#${one.id}`);
          await put({ ...key, rollback, kind: 'event', happened: one });
        }
      });
    },
    keepHosts: (rollback, step, verdicts) =>
      keep(rollback, async () => {
        for (const verdict of verdicts) {
          const key = lateKey(rollback, `2#${step}#${verdict.instance_id}`);
          await put({ ...key, rollback, kind: 'host', step, verdict });
        }
      }),
    keepLink: (rollback, link) =>
      keep(rollback, () => put({ ...lateKey(rollback, `3#${link}`), rollback, kind: 'link', link })),
    drop: async (rollback, late) => {
      for (const { sk } of late) await remove({ pk: lateKey(rollback, '').pk, sk });
      if ((await read(rollback)).length > 0) return;
      await remove({ pk: lateOf, sk: rollback });
      if ((await read(rollback)).length > 0) await marked(rollback); // kept meanwhile by another function
    },
    rollbacks: async () => (await queryItems(db, TableName, lateOf)).map(({ sk }) => String(sk)),
  };
}
