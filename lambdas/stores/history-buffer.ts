import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Happened } from '../../domain/history/event.ts';
import { lateKey, lateOf } from '../../domain/tables.ts';
import type { StoredVerdict } from './history.ts';
import { queryItems } from './query-items.ts';

/** What the history table would not take, waiting in the state table until it does. */
export type BufferedWrite = { readonly sk: string; readonly rollback: string } & (
  | { readonly kind: 'event'; readonly happened: Happened }
  | { readonly kind: 'host'; readonly step: string; readonly verdict: StoredVerdict }
);

export type HistoryBuffer = {
  /** Keeps events behind those that wait already, in the given order. */
  keepEvents(rollback: string, happened: readonly Happened[]): Promise<void>;
  /** Keeps hosts' verdicts on a step, each over an earlier one that waits. */
  keepHosts(rollback: string, step: string, verdicts: readonly StoredVerdict[]): Promise<void>;
  /** In the order they happened. */
  read(rollback: string): Promise<readonly BufferedWrite[]>;
  drop(rollback: string, late: readonly BufferedWrite[]): Promise<void>;
  /** The rollbacks for which something waits. */
  rollbacks(): Promise<readonly string[]>;
};

export function historyBufferIn(db: DynamoDBDocumentClient, TableName: string): HistoryBuffer {
  const put = (Item: Record<string, unknown>) => db.send(new PutCommand({ TableName, Item }));
  const remove = (Key: Record<string, string>) => db.send(new DeleteCommand({ TableName, Key }));
  const read = async (rollback: string) =>
    (await queryItems(db, TableName, lateKey(rollback, '').pk)) as unknown as readonly BufferedWrite[];
  const known = (rollback: string) => put({ pk: lateOf, sk: rollback });

  return {
    read,
    keepEvents: async (rollback, happened) => {
      const waiting = (await read(rollback)).filter((late) => late.kind === 'event');
      const ids = new Set(waiting.map((late) => late.happened.id));
      // By place and not by time: two things may happen in the same millisecond.
      let place = Number(waiting.at(-1)?.sk.split('#')[1] ?? 0);
      for (const one of happened.filter(({ id }) => !ids.has(id))) {
        place += 1;
        const key = lateKey(rollback, `1#${String(place).padStart(8, '0')}#${one.id}`);
        await put({ ...key, rollback, kind: 'event', happened: one });
      }
      await known(rollback);
    },
    keepHosts: async (rollback, step, verdicts) => {
      for (const verdict of verdicts)
        await put({
          ...lateKey(rollback, `2#${step}#${verdict.instance_id}`),
          rollback,
          kind: 'host',
          step,
          verdict,
        });
      await known(rollback);
    },
    drop: async (rollback, late) => {
      for (const { sk } of late) await remove({ pk: lateKey(rollback, '').pk, sk });
      await remove({ pk: lateOf, sk: rollback });
    },
    rollbacks: async () => (await queryItems(db, TableName, lateOf)).map(({ sk }) => String(sk)),
  };
}
