import { DeleteCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { handledAlarmKey, type Key, openKey } from '../../domain/tables.ts';
import { holds, put } from './put-if.ts';

/** Who was first: a rollback and its execution. */
export type Claim = { readonly rollback: string; readonly execution_arn: string };

/** What only one rollback may have: an alarm's change of state, and its phase while it is open. */
export type Claims = {
  /** The rollback that answers this change of an alarm: the first that asked. */
  answer(alarm: string, changedAt: string, by: Claim): Promise<Claim>;
  /** The rollback that answered it, if any did. */
  answered(alarm: string, changedAt: string): Promise<Claim | undefined>;
  /** The live rollback of a phase: this one, unless another is open. */
  open(phase: number, by: Claim): Promise<Claim>;
  /** The live rollback of a phase, if any is. */
  opened(phase: number): Promise<Claim | undefined>;
  /** Ends it for the one that holds it; harmless for any other. */
  close(phase: number, rollback: string): Promise<void>;
};

export function claimsIn(db: DynamoDBDocumentClient, table: string): Claims {
  const read = async (key: Key) => {
    const { Item } = await db.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }));
    return Item as Claim | undefined;
  };
  /** Put-if-absent: among any number of claimants exactly one is first. */
  const claim = async (key: Key, by: Claim): Promise<Claim> => {
    if (await put(db, { TableName: table, Item: { ...key, ...by }, ConditionExpression: 'attribute_not_exists(pk)' }))
      return by;
    return (await read(key)) ?? by;
  };
  return {
    answer: (alarm, changedAt, by) => claim(handledAlarmKey(alarm, changedAt), by),
    answered: (alarm, changedAt) => read(handledAlarmKey(alarm, changedAt)),
    open: (phase, by) => claim(openKey(phase), by),
    opened: (phase) => read(openKey(phase)),
    close: async (phase, rollback) => {
      await holds(
        db.send(
          new DeleteCommand({
            TableName: table,
            Key: openKey(phase),
            ConditionExpression: '#rollback = :rollback',
            ExpressionAttributeNames: { '#rollback': 'rollback' },
            ExpressionAttributeValues: { ':rollback': rollback },
          }),
        ),
      );
    },
  };
}
