import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  type Armed,
  type Brakes,
  brakesIn as brakesFrom,
  brakesOf,
  type Pause,
  type PhaseBrakes,
} from '../../domain/brakes/brakes.ts';
import { armedKey, pauseKey, phasePauseKey } from '../../domain/tables.ts';
import { conditionHolds, putIf } from './conditional-write.ts';
import { queryItems } from './query-items.ts';

/** Returns the brakes of one phase. */
export type ReadBrakes = (phase: number) => Promise<PhaseBrakes>;

/** The present brakes, in the state table. */
export type BrakesStore = {
  read(): Promise<Brakes>;
  readonly ofPhase: ReadBrakes;
  /** Stores a pause. False: it is paused already, and the stored pause stays. */
  pause(pause: Pause): Promise<boolean>;
  /** Removes exactly this pause; does nothing if it is not the stored one any more. */
  unpause(pause: Pause): Promise<void>;
  /** Stores the reset of a phase's budget, unless a later one is stored. */
  arm(armed: Armed): Promise<void>;
};

export function brakesIn(db: DynamoDBDocumentClient, table: string): BrakesStore {
  const read = async (): Promise<Brakes> => brakesFrom(await queryItems(db, table, pauseKey.pk));
  return {
    read,
    ofPhase: async (phase) => brakesOf(await read(), phase),
    pause: (pause) =>
      putIf(db, {
        TableName: table,
        Item: { ...keyOf(pause), ...pause },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    unpause: async (pause) => {
      const exactly = { ':at': pause.at, ':operator': pause.operator };
      await conditionHolds(
        db.send(
          new DeleteCommand({
            TableName: table,
            Key: keyOf(pause),
            ConditionExpression: '#at = :at AND #operator = :operator',
            ExpressionAttributeNames: { '#at': 'at', '#operator': 'operator' },
            ExpressionAttributeValues: exactly,
          }),
        ),
      );
    },
    arm: async (armed) => {
      await putIf(db, {
        TableName: table,
        Item: { ...armedKey(armed.phase), ...armed },
        ConditionExpression: 'attribute_not_exists(pk) OR #at < :at',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':at': armed.at },
      });
    },
  };
}

const keyOf = ({ phase }: Pause) => (phase ? phasePauseKey(phase) : pauseKey);
