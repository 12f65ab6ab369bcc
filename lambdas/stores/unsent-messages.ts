import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { EndingMessage } from '../../domain/message/ending-message.ts';
import { callsSuffix, unsentKey, unsentOf } from '../../domain/tables.ts';
import { queryItems } from './query-items.ts';

/** A message that was not sent, with what the state machine knows of its rollback. */
type UnsentMessage = {
  readonly rollback: string;
  readonly message: string;
  readonly values: Readonly<Record<string, string | number | null>>;
};
/** A message that SNS did not accept. */
export type KeptMessage = UnsentMessage & { readonly template: string };
/** The message of an ending, which this execution sends. `since`: when the rollback ended, ISO 8601. */
export type OwedMessage = UnsentMessage & {
  readonly message: EndingMessage;
  readonly execution_arn: string;
  readonly since: string;
};

/** The calls about a rollback that ended *Needs a person*. `since`: its end, ISO 8601. */
export type OwedCalls = { readonly rollback: string; readonly since: string; readonly calls: true };

/** The messages that Reconcile sends: once SNS accepts messages again, or once the execution that owes one has ended. */
export type Unsent = {
  all(): Promise<readonly (KeptMessage | OwedMessage | OwedCalls)[]>;
  /** Replaces the same message as an owed one. */
  keep(message: KeptMessage): Promise<void>;
  /** Stores that an execution is about to send the message of an ending. */
  owe(message: OwedMessage): Promise<void>;
  forget(message: Omit<UnsentMessage, 'values'>): Promise<void>;
  /** Stores that people are called about an ended rollback until somebody has heard it. */
  oweCalls(rollback: string, since: string): Promise<void>;
  forgetCalls(rollback: string): Promise<void>;
};

export function unsentIn(db: DynamoDBDocumentClient, table: string): Unsent {
  const put = async (one: KeptMessage | OwedMessage) => {
    await db.send(new PutCommand({ TableName: table, Item: { ...unsentKey(one.rollback, one.message), ...one } }));
  };
  const forget = async ({ rollback, message }: Omit<UnsentMessage, 'values'>) => {
    await db.send(new DeleteCommand({ TableName: table, Key: unsentKey(rollback, message) }));
  };
  return {
    all: async () =>
      (await queryItems(db, table, unsentOf)).map(
        ({ pk, sk, ...one }) => one as unknown as KeptMessage | OwedMessage | OwedCalls,
      ),
    keep: put,
    owe: put,
    forget,
    oweCalls: async (rollback, since) => {
      const Item = { ...unsentKey(rollback, callsSuffix), rollback, since, calls: true };
      await db.send(new PutCommand({ TableName: table, Item }));
    },
    forgetCalls: (rollback) => forget({ rollback, message: callsSuffix }),
  };
}
