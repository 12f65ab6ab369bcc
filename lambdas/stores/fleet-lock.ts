import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Waiter } from '../../domain/decision/fleet-queue.ts';
import { isWorse, type Severity } from '../../domain/severity.ts';
import { fenceKey, lockKey, waiterKey, waiterPrefix } from '../../domain/tables.ts';
import { conditionHolds, putIf } from './conditional-write.ts';
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
export type FleetQueue = { readonly holder: FleetLock | undefined; readonly waiters: readonly Waiter[] };

/** Locks that let one rollback at a time hold a fleet. Conditions on the base table decide, never an index. */
export type FleetLocks = {
  holder(fleet: string): Promise<FleetLock | undefined>;
  /** Returns the holder and the waiters in one consistent read. A holder may be among the waiters if a call died. */
  queue(fleet: string): Promise<FleetQueue>;
  /** Stores that a rollback waits for the fleet, or what it waits with now. */
  wait(fleet: string, waiter: Waiter): Promise<void>;
  /** Raises a rollback's severity in the queue; does nothing if it does not wait, or waits with a worse one. */
  raise(fleet: string, rollback: string, severity: Severity): Promise<void>;
  /** Removes a rollback from the queue; does nothing if it does not wait. */
  leave(fleet: string, rollback: string): Promise<void>;
  /**
   * Takes the fleet and returns the lock; undefined if another rollback holds the fleet. A rollback that holds the
   * fleet already gets the same lock.
   */
  take(
    fleet: string,
    by: Pick<FleetLock, 'rollback' | 'execution_arn' | 'phase' | 'phases' | 'incident' | 'acted'> & {
      readonly touched?: boolean;
    },
    at: string,
  ): Promise<FleetLock | undefined>;
  /** Marks the lock as touched, before the first command is sent. False: this rollback no longer holds the fleet. */
  touch(fleet: string, rollback: string, fence: number): Promise<boolean>;
  /** Frees the fleet if the rollback holds it with this fence. False: it does not hold it. */
  free(fleet: string, rollback: string, fence: number): Promise<boolean>;
};

/** The queue of a fleet, beside its lock. */
function fleetQueueIn(
  db: DynamoDBDocumentClient,
  table: string,
): Pick<FleetLocks, 'holder' | 'queue' | 'wait' | 'raise' | 'leave'> {
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

    raise: async (fleet, rollback, severity) => {
      const waiter = (await queue(fleet)).waiters.find((one) => one.rollback === rollback);
      if (!waiter || !isWorse(severity, waiter.severity)) return;
      const Item = { ...waiter, severity };
      // It may have left the queue meanwhile.
      await putIf(db, { TableName: table, Item, ConditionExpression: 'attribute_exists(pk)' });
    },

    leave: async (fleet, rollback) => {
      await db.send(new DeleteCommand({ TableName: table, Key: waiterKey(fleet, rollback) }));
    },
  };
}

export function fleetLocksIn(db: DynamoDBDocumentClient, table: string): FleetLocks {
  const { holder, ...queue } = fleetQueueIn(db, table);
  const held = (rollback: string, fence: number) => ({
    ConditionExpression: '#rollback = :rollback AND fence = :fence',
    ExpressionAttributeNames: { '#rollback': 'rollback' }, // a reserved word of DynamoDB
    ExpressionAttributeValues: { ':rollback': rollback, ':fence': fence },
  });
  const nextFence = async (fleet: string) => {
    const { Attributes } = await db.send(
      new UpdateCommand({
        TableName: table,
        Key: fenceKey(fleet),
        UpdateExpression: 'ADD fence :one',
        ExpressionAttributeValues: { ':one': 1 },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return Attributes?.['fence'] as number;
  };

  return {
    holder,
    ...queue,

    take: async (fleet, { touched = false, ...by }, at) => {
      const own = (lock: FleetLock | undefined) => (lock?.rollback === by.rollback ? lock : undefined);
      const now = await holder(fleet);
      if (now) return own(now);
      const lock: FleetLock = { ...by, fence: await nextFence(fleet), taken_at: at, touched };
      const taken = await putIf(db, {
        TableName: table,
        Item: { ...lockKey(fleet), ...lock },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      return taken ? lock : own(await holder(fleet)); // another invocation of this rollback may have been faster
    },

    touch: (fleet, rollback, fence) => {
      const { ExpressionAttributeValues, ...condition } = held(rollback, fence);
      return conditionHolds(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: lockKey(fleet),
            UpdateExpression: 'SET touched = :yes',
            ...condition,
            ExpressionAttributeValues: { ...ExpressionAttributeValues, ':yes': true },
          }),
        ),
      );
    },

    free: (fleet, rollback, fence) =>
      conditionHolds(db.send(new DeleteCommand({ TableName: table, Key: lockKey(fleet), ...held(rollback, fence) }))),
  };
}
