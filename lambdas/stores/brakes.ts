import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  type Armed,
  type Block,
  type Brake,
  type Brakes,
  brakesIn as brakesFrom,
  brakesOf,
  type HeldKind,
  type Pause,
  type PhaseBrakes,
} from '../../domain/brakes/brakes.ts';
import { armedKey, blockedKey, freezeKey, type Key, pauseKey, phasePauseKey } from '../../domain/tables.ts';
import { conditionHolds, putIf } from './conditional-write.ts';
import { queryItems } from './query-items.ts';

/** Returns the brakes of one phase. */
export type ReadBrakes = (phase: number) => Promise<PhaseBrakes>;

/** The present brakes, in the state table. */
export type BrakesStore = {
  read(): Promise<Brakes>;
  readonly ofPhase: ReadBrakes;
  /** Stores a brake. False: one holds in its place already, and stays. A pause that stops running rollbacks replaces one that does not. */
  set(kind: HeldKind, brake: Brake): Promise<boolean>;
  /** Removes exactly this brake; does nothing if it is not the stored one any more. */
  end(kind: HeldKind, brake: Brake): Promise<void>;
  /** Marks a rollback's block as one that the history has; does nothing if it is not the stored one any more. */
  recorded(block: Block): Promise<void>;
  /** Stores the reset of a phase's budget, unless a later one is stored. */
  arm(armed: Armed): Promise<void>;
};

export function brakesIn(db: DynamoDBDocumentClient, table: string): BrakesStore {
  const read = async (): Promise<Brakes> => brakesFrom(await queryItems(db, table, pauseKey.pk));
  return {
    read,
    ofPhase: async (phase) => brakesOf(await read(), phase),
    set: (kind, brake) =>
      putIf(db, {
        TableName: table,
        Item: { ...keyOf(kind, brake), ...brake },
        ...((brake as Pause).now ? unlessNow : { ConditionExpression: 'attribute_not_exists(pk)' }),
      }),
    end: async (kind, brake) => {
      const exactly = { ':at': brake.at, ':operator': brake.operator };
      await conditionHolds(
        db.send(
          new DeleteCommand({
            TableName: table,
            Key: keyOf(kind, brake),
            ConditionExpression: '#at = :at AND #operator = :operator',
            ExpressionAttributeNames: { '#at': 'at', '#operator': 'operator' },
            ExpressionAttributeValues: exactly,
          }),
        ),
      );
    },
    recorded: async (block) => {
      await putIf(db, {
        TableName: table,
        Item: { ...keyOf('block', block), ...block, recorded: true },
        ConditionExpression: '#at = :at AND #rollback = :rollback',
        ExpressionAttributeNames: { '#at': 'at', '#rollback': 'rollback' },
        ExpressionAttributeValues: { ':at': block.at, ':rollback': block.rollback },
      });
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

const unlessNow = {
  ConditionExpression: 'attribute_not_exists(#now)',
  ExpressionAttributeNames: { '#now': 'now' },
};

function keyOf(kind: HeldKind, brake: Brake): Key {
  const phase = brake.phase ?? null;
  if (kind === 'freeze') return freezeKey(phase);
  if (kind === 'block') return blockedKey((brake as Block).version, phase);
  return phase === null ? pauseKey : phasePauseKey(phase);
}
