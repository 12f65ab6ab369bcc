import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Waiter } from '../../domain/decision/fleet-queue.ts';
import { lockKey, waiterKey, waiterPrefix } from '../../domain/tables.ts';
import type { FleetLock, FleetLocks, FleetQueue } from './fleet-lock.ts';
import { queryItems } from './query-items.ts';

/** The queue of a fleet, beside its lock; for a function that never takes or frees a fleet, this alone. */
export function fleetQueueIn(
  db: DynamoDBDocumentClient,
  table: string,
): Pick<FleetLocks, 'holder' | 'queue' | 'wait' | 'leave'> {
  const queue = async (fleet: string): Promise<FleetQueue> => {
    const items = await queryItems(db, table, lockKey(fleet).pk);
    const holder = items.find(({ sk }) => sk === lockKey(fleet).sk) as FleetLock | undefined;
    const waiters = items.filter(({ sk }) => String(sk).startsWith(waiterPrefix)) as unknown as Waiter[];
    return { holder, waiters };
  };
  const holder = async (fleet: string) => (await queue(fleet)).holder;
  return {
    holder,
    queue,

    wait: async (fleet, waiter) => {
      await db.send(new PutCommand({ TableName: table, Item: { ...waiterKey(fleet, waiter.rollback), ...waiter } }));
    },

    leave: async (fleet, rollback) => {
      await db.send(new DeleteCommand({ TableName: table, Key: waiterKey(fleet, rollback) }));
    },
  };
}
