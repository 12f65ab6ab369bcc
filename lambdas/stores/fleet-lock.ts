import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isWorse, type Severity, severities } from '../../domain/severity.ts';
import { fenceKey, lockKey, waiterKey } from '../../domain/tables.ts';
import { conditionHolds, putIf } from './conditional-write.ts';
import { type FleetLock, type FleetQueue, type FleetQueues, fleetQueueIn } from './fleet-queue.ts';

export type { FleetLock, FleetQueue };

/** Locks that let one rollback at a time hold a fleet. Conditions on the base table decide, never an index. */
export type FleetLocks = FleetQueues & {
  /**
   * Takes the fleet and returns the lock; undefined if another rollback holds the fleet. A rollback that holds the
   * fleet already gets the same lock. Each try uses up a fence, so a caller first reads that the fleet is free.
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
  /** Raises a rollback's severity in the queue; does nothing if it does not wait, or waits with a worse one. */
  raise(fleet: string, rollback: string, severity: Severity): Promise<void>;
  /** Stores which phases were rolled back in a waiter's incident, and nothing else of it: its severity may be raised meanwhile. */
  noteActed(fleet: string, rollback: string, acted: readonly number[]): Promise<void>;
  /** Frees the fleet if the rollback holds it with this fence. False: it does not hold it. */
  free(fleet: string, rollback: string, fence: number): Promise<boolean>;
};

export function fleetLocksIn(db: DynamoDBDocumentClient, table: string): FleetLocks {
  const { holder, ...queue } = fleetQueueIn(db, table);
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
      const lock: FleetLock = { ...by, fence: await nextFence(fleet), taken_at: at, touched };
      const taken = await putIf(db, {
        TableName: table,
        Item: { ...lockKey(fleet), ...lock },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      if (taken) return lock;
      const now = await holder(fleet); // another invocation of this rollback may have been faster
      return now?.rollback === by.rollback ? now : undefined;
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

    ...waiterChangesIn(db, table),

    free: (fleet, rollback, fence) =>
      conditionHolds(db.send(new DeleteCommand({ TableName: table, Key: lockKey(fleet), ...held(rollback, fence) }))),
  };
}

/** Changes of one field of a waiter: another function may change another field at the same time. */
const waiterChangesIn = (db: DynamoDBDocumentClient, table: string): Pick<FleetLocks, 'raise' | 'noteActed'> => ({
  raise: async (fleet, rollback, severity) => {
    if (lessThan(severity).length === 0) return;
    const update = { TableName: table, Key: waiterKey(fleet, rollback), ...raiseTo(severity) };
    await conditionHolds(db.send(new UpdateCommand(update)));
  },

  noteActed: async (fleet, rollback, acted) => {
    const update = {
      TableName: table,
      Key: waiterKey(fleet, rollback),
      UpdateExpression: 'SET acted = :acted',
      ConditionExpression: 'attribute_exists(pk)', // it may have left
      ExpressionAttributeValues: { ':acted': acted },
    };
    await conditionHolds(db.send(new UpdateCommand(update)));
  },
});

/** The condition that a rollback holds the fleet with this fence. */
const held = (rollback: string, fence: number) => ({
  ConditionExpression: '#rollback = :rollback AND fence = :fence',
  ExpressionAttributeNames: { '#rollback': 'rollback' }, // a reserved word of DynamoDB
  ExpressionAttributeValues: { ':rollback': rollback, ':fence': fence },
});

const lessThan = (severity: Severity) => severities.filter((one) => isWorse(severity, one));

/** Changes the severity alone, because the waiter may store at this moment that it has touched hosts. It may also have left. */
function raiseTo(severity: Severity) {
  const less = lessThan(severity).map((one, i) => [`:less${i}`, one] as const);
  return {
    UpdateExpression: 'SET severity = :severity',
    ConditionExpression: `severity IN (${less.map(([name]) => name).join(', ')})`,
    ExpressionAttributeValues: { ':severity': severity, ...Object.fromEntries(less) },
  };
}
