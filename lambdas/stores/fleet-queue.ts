import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Waiter } from '../../domain/decision/fleet-queue.ts';
import type { HalfRolledBack } from '../../domain/message/half-rolled-back.ts';
import { fenceKey, halfKey, halfPrefix, lockKey, waiterKey, waiterPrefix } from '../../domain/tables.ts';
import { queryItems } from './query-items.ts';

/** The lock on a fleet, with its holder. */
export type FleetLock = {
  readonly rollback: string;
  readonly execution_arn: string;
  readonly phase: number;
  /** The phases of a rollback of several; absent: `phase` alone. */
  readonly phases?: readonly number[];
  /** The fence: increases each time the fleet is taken; hosts refuse a lower one. */
  readonly fence: number;
  readonly taken_at: string;
  /** True once a command may have reached a host: then only a good ending or a person frees the fleet. */
  readonly touched: boolean;
  /** The incident (domain/decision/fleet-queue.ts); absent in a lock that an earlier version has stored. */
  readonly incident?: string;
  /** The phases that earlier holders rolled back in this incident. Absent: none. */
  readonly acted?: readonly number[];
};

/** The holder of a fleet, if there is one, and the rollbacks that wait for it, in no order. */
export type FleetQueue = {
  readonly holder: FleetLock | undefined;
  readonly waiters: readonly Waiter[];
  /** The rollbacks that stopped half way, whose fleet was released, and whose work no other has finished. */
  readonly half: readonly HalfRolledBack[];
};

/** The holder of a fleet and the rollbacks that wait for it. */
export type FleetQueues = {
  holder(fleet: string): Promise<FleetLock | undefined>;
  /** Returns the number of times that the fleet was taken. */
  fence(fleet: string): Promise<number>;
  /** Returns the holder and the waiters in one consistent read. A holder may be among the waiters if a call died. */
  queue(fleet: string): Promise<FleetQueue>;
  /** Stores that a rollback waits for the fleet, or what it waits with now. */
  wait(fleet: string, waiter: Waiter): Promise<void>;
  /** Removes a rollback from the queue; does nothing if it does not wait. */
  leave(fleet: string, rollback: string): Promise<void>;
  /** Stores that a rollback left the fleet half rolled back, or what is left of it now. */
  keepHalf(fleet: string, half: HalfRolledBack): Promise<void>;
  /** Removes it; does nothing if it is not stored. */
  forgetHalf(fleet: string, rollback: string): Promise<void>;
};

/** The queue of a fleet, beside its lock; for a function that never takes or frees a fleet, this alone. */
export function fleetQueueIn(db: DynamoDBDocumentClient, table: string): FleetQueues {
  const queue = async (fleet: string): Promise<FleetQueue> => {
    const items = await queryItems(db, table, lockKey(fleet).pk);
    const holder = items.find(({ sk }) => sk === lockKey(fleet).sk) as FleetLock | undefined;
    const waiters = items.filter(({ sk }) => String(sk).startsWith(waiterPrefix)) as unknown as Waiter[];
    const half = items.filter(({ sk }) => String(sk).startsWith(halfPrefix)) as unknown as HalfRolledBack[];
    return { holder, waiters, half };
  };
  const holder = async (fleet: string) => (await queue(fleet)).holder;
  return {
    holder,
    queue,
    fence: async (fleet) => {
      const items = await queryItems(db, table, lockKey(fleet).pk, fenceKey(fleet).sk);
      return Number(items.find(({ sk }) => sk === fenceKey(fleet).sk)?.['fence'] ?? 0);
    },

    wait: async (fleet, waiter) => {
      await db.send(new PutCommand({ TableName: table, Item: { ...waiterKey(fleet, waiter.rollback), ...waiter } }));
    },

    leave: async (fleet, rollback) => {
      await db.send(new DeleteCommand({ TableName: table, Key: waiterKey(fleet, rollback) }));
    },

    keepHalf: async (fleet, half) => {
      await db.send(new PutCommand({ TableName: table, Item: { ...halfKey(fleet, half.rollback), ...half } }));
    },

    forgetHalf: async (fleet, rollback) => {
      await db.send(new DeleteCommand({ TableName: table, Key: halfKey(fleet, rollback) }));
    },
  };
}
