import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { firstFree, inOrder, type StoredDecision } from '../../domain/proof/checked-decisions.ts';
import type { Question } from '../../domain/question/question.ts';
import type { Decision } from '../../domain/question/resolution.ts';
import { askedKey, decisionKey, questionKey, questionOf, questionsOf, tokenKey } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';
import { queryItems } from './query-items.ts';

/** Identifies a question: a rollback's first, second, … */
export type QuestionId = Pick<Question, 'rollback' | 'number'>;

/** A question with the items below it, in their order. Which of them count, operations/checked-question.ts finds out. */
export type StoredQuestion = { readonly question: Question; readonly stored: readonly StoredDecision[] };

/** The questions to people, each with the decisions on it. Stored questions and decisions are never changed. */
export type Questions = {
  /** Stores a question unless it is stored already; returns the stored one. */
  ask(question: Question): Promise<Question>;
  read(id: QuestionId): Promise<StoredQuestion | undefined>;
  /** Returns the newest questions of all phases, decided or not. */
  newest(): Promise<readonly StoredQuestion[]>;
  /** Stores one decision at the first place that is free in `asked`. False: another writer has stored one there meanwhile. */
  decide(asked: StoredQuestion, decision: Decision): Promise<boolean>;
  /** Stores the task token of the machine that waits for the answer; it replaces an earlier one. */
  keepToken(id: QuestionId, token: string): Promise<void>;
  token(id: QuestionId): Promise<string | undefined>;
  /** Deletes the tokens of a rollback that has ended and asked so many questions: no machine waits any more. */
  forgetTokens(rollback: string, asked: number): Promise<void>;
};

/** A phase has at most one open question, so 20 is enough. */
const mostRecent = 20;

export function questionsIn(db: DynamoDBDocumentClient, table: string): Questions {
  const ifAbsent = (Item: Record<string, unknown>) =>
    putIf(db, { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' });
  const read = async ({ rollback, number }: QuestionId): Promise<StoredQuestion | undefined> => {
    const found = await queryItems(db, table, questionOf(rollback, number));
    const question = found.find(({ sk }) => sk === questionKey(rollback, number).sk);
    if (!question) return undefined;
    // An item under a key that the product does not write is read too, so that it is passed over and reported.
    const stored = found
      .filter(({ sk }) => sk !== questionKey(rollback, number).sk)
      .map((item) => ({ sk: String(item['sk']), item: withoutKey(item) }));
    return { question: withoutKey(question) as unknown as Question, stored: inOrder(stored) };
  };
  return {
    read,
    ask: async (question) => {
      const { rollback, number } = question;
      if (!(await ifAbsent({ ...questionKey(rollback, number), ...question })))
        return (await read(question))?.question ?? question;
      await ifAbsent({ ...askedKey(question.asked_at, rollback, number), rollback, number });
      return question;
    },
    newest: async () => {
      const { Items = [] } = await db.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': questionsOf },
          ScanIndexForward: false,
          Limit: mostRecent,
          ConsistentRead: true,
        }),
      );
      const asked = await Promise.all((Items as QuestionId[]).map(read));
      return asked.filter((one) => one !== undefined);
    },
    decide: ({ question, stored }, decision) =>
      ifAbsent({ ...decisionKey(question.rollback, question.number, firstFree(stored)), ...decision }),
    keepToken: async ({ rollback, number }, token) => {
      await db.send(new PutCommand({ TableName: table, Item: { ...tokenKey(rollback, number), token } }));
    },
    token: async ({ rollback, number }) => {
      const Key = tokenKey(rollback, number);
      const { Item } = await db.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
      return Item?.['token'] as string | undefined;
    },
    forgetTokens: async (rollback, asked) => {
      // A question may have no token: it never had one, or an earlier call deleted it and died. A question after the last that
      // the history has may have one, if the history could not be read.
      for (let number = 1; ; number += 1) {
        const Key = tokenKey(rollback, number);
        const { Attributes } = await db.send(new DeleteCommand({ TableName: table, Key, ReturnValues: 'ALL_OLD' }));
        if (!Attributes && number >= asked) return;
      }
    },
  };
}

const withoutKey = ({ pk, sk, ...item }: Record<string, unknown>): Record<string, unknown> => item;
