import { DeleteCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { handledAlarmKey, type Key, openKey } from '../../domain/tables.ts';
import { conditionHolds, putIf } from './conditional-write.ts';

/** The rollback that claimed first, and its execution. */
export type Claim = { readonly rollback: string; readonly execution_arn: string };

/**
 * Claims that only one rollback can have: on a change of an alarm's state, and on a phase while the rollback is live.
 */
export type Claims = {
  /** Claims a change of an alarm's state, and returns the first claim on it. */
  claimAlarm(alarm: string, changedAt: string, by: Claim): Promise<Claim>;
  /** Returns the claim on a change of an alarm's state, if there is one. */
  alarmClaim(alarm: string, changedAt: string): Promise<Claim | undefined>;
  /** Removes a rollback's claim on a change of an alarm's state; does nothing if another rollback has the claim. */
  releaseAlarm(alarm: string, changedAt: string, rollback: string): Promise<void>;
  /** Claims a phase, and returns the claim of its live rollback: another's, if one is live already. */
  claimPhase(phase: number, by: Claim): Promise<Claim>;
  /** Returns the claim of a phase's live rollback, if there is one. */
  phaseClaim(phase: number): Promise<Claim | undefined>;
  /** Removes a rollback's claim on a phase; does nothing if another rollback has the claim. */
  releasePhase(phase: number, rollback: string): Promise<void>;
};

export function claimsIn(db: DynamoDBDocumentClient, table: string): Claims {
  const read = async (key: Key) => {
    const { Item } = await db.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }));
    return Item as Claim | undefined;
  };
  /** Put-if-absent: of any number of claimants exactly one is first. */
  const claim = async (key: Key, by: Claim): Promise<Claim> => {
    if (await putIf(db, { TableName: table, Item: { ...key, ...by }, ConditionExpression: 'attribute_not_exists(pk)' }))
      return by;
    return (await read(key)) ?? by;
  };
  const release = async (key: Key, rollback: string): Promise<void> => {
    await conditionHolds(
      db.send(
        new DeleteCommand({
          TableName: table,
          Key: key,
          ConditionExpression: '#rollback = :rollback',
          ExpressionAttributeNames: { '#rollback': 'rollback' },
          ExpressionAttributeValues: { ':rollback': rollback },
        }),
      ),
    );
  };
  return {
    claimAlarm: (alarm, changedAt, by) => claim(handledAlarmKey(alarm, changedAt), by),
    alarmClaim: (alarm, changedAt) => read(handledAlarmKey(alarm, changedAt)),
    releaseAlarm: (alarm, changedAt, rollback) => release(handledAlarmKey(alarm, changedAt), rollback),
    claimPhase: (phase, by) => claim(openKey(phase), by),
    phaseClaim: (phase) => read(openKey(phase)),
    releasePhase: (phase, rollback) => release(openKey(phase), rollback),
  };
}
