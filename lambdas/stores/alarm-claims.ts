import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { handledAlarmKey, type Key } from '../../domain/tables.ts';
import { conditionHolds, putIf } from './conditional-write.ts';
import { readItem } from './read-item.ts';

/** The rollback that claimed first, and its execution. */
export type Claim = {
  readonly rollback: string;
  readonly execution_arn: string;
  /** The phases of a rollback of several; it has a claim on each. Absent: one phase. */
  readonly phases?: readonly number[];
};

/** Claims on changes of alarms' states: each is handled once. */
export type AlarmClaims = {
  /** Claims a change of an alarm's state at an instant (ISO 8601), and returns the first claim on it that holds then. Without `at`, every claim holds. */
  claimAlarm(alarm: string, changedAt: string, by: Claim, at?: string): Promise<Claim>;
  /** Returns the claim on a change of an alarm's state that holds at an instant (ISO 8601), if there is one. */
  alarmClaim(alarm: string, changedAt: string, at?: string): Promise<Claim | undefined>;
  /** Has a rollback's claim on a change of an alarm's state end at an instant; does nothing if another rollback has the claim. */
  endAlarmClaim(alarm: string, changedAt: string, by: Claim, until: string): Promise<void>;
  /** Removes a rollback's claim on a change of an alarm's state; does nothing if another rollback has the claim. */
  releaseAlarm(alarm: string, changedAt: string, rollback: string): Promise<void>;
};

/** `until`: the claim on a change of an alarm's state ends then (ISO 8601). Absent: it holds for ever. */
type StoredClaim = Claim & { readonly until?: string };

const absentOrOver = (at: string) => ({
  ConditionExpression: 'attribute_not_exists(pk) OR #until <= :at',
  ExpressionAttributeNames: { '#until': 'until' },
  ExpressionAttributeValues: { ':at': at },
});

export function alarmClaimsIn(db: DynamoDBDocumentClient, table: string): AlarmClaims {
  const read = async (key: Key) => (await readItem(db, table, key)) as StoredClaim | undefined;
  return {
    claimAlarm: async (alarm, changedAt, by, at = '') => {
      const key = handledAlarmKey(alarm, changedAt);
      const put = { TableName: table, Item: { ...by, ...key } };
      if (await putIf(db, { ...put, ...absentOrOver(at) })) return by;
      return (await read(key)) ?? by;
    },
    alarmClaim: async (alarm, changedAt, at = '') => {
      const found = await read(handledAlarmKey(alarm, changedAt));
      return found?.until !== undefined && found.until <= at ? undefined : found;
    },
    endAlarmClaim: async (alarm, changedAt, by, until) => {
      const Item = { ...by, ...handledAlarmKey(alarm, changedAt), until };
      await putIf(db, {
        ...{ TableName: table, Item, ConditionExpression: '#rollback = :own' },
        ExpressionAttributeNames: { '#rollback': 'rollback' },
        ExpressionAttributeValues: { ':own': by.rollback },
      });
    },
    releaseAlarm: async (alarm, changedAt, rollback) => {
      const deletion = {
        ...{ TableName: table, Key: handledAlarmKey(alarm, changedAt), ConditionExpression: '#rollback = :own' },
        ExpressionAttributeNames: { '#rollback': 'rollback' },
        ExpressionAttributeValues: { ':own': rollback },
      };
      await conditionHolds(db.send(new DeleteCommand(deletion)));
    },
  };
}
