import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Asked } from '../../domain/question/answer-rules.ts';
import type { Question } from '../../domain/question/question.ts';
import type { Decision } from '../../domain/question/resolution.ts';
import { askedKey, decisionKey, questionKey, questionOf, questionsOf, tokenKey } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';
import { queryItems } from './query-items.ts';

/** Identifies a question: a rollback's first, second, … */
export type QuestionId = Pick<Question, 'rollback' | 'number'>;

/** The questions to people, each with the decisions on it. Stored questions and decisions are never changed. */
export type Questions = {
  /** Stores a question unless it is stored already; returns the stored one. */
  ask(question: Question): Promise<Question>;
  read(id: QuestionId): Promise<Asked | undefined>;
  /** Returns the newest questions of all phases, decided or not. */
  newest(): Promise<readonly Asked[]>;
  /** Stores one decision behind those in `asked`. False: another writer has stored one there meanwhile. */
  decide(asked: Asked, decision: Decision): Promise<boolean>;
  /** Stores the task token of the machine that waits for the answer; it replaces an earlier one. */
  keepToken(id: QuestionId, token: string): Promise<void>;
  token(id: QuestionId): Promise<string | undefined>;
};

/** A phase has at most one open question, so 20 is enough. */
const mostRecent = 20;

export function questionsIn(db: DynamoDBDocumentClient, table: string): Questions {
  const ifAbsent = (Item: Record<string, unknown>) =>
    putIf(db, { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' });
  const read = async ({ rollback, number }: QuestionId): Promise<Asked | undefined> => {
    const found = await queryItems(db, table, questionOf(rollback, number));
    const question = found.find(({ sk }) => sk === 'QUESTION');
    if (!question) return undefined;
    // The query returns items in the order of their sort keys, which is the order of the decisions.
    const decisions = found.filter(({ sk }) => sk !== 'QUESTION').map(withoutKey);
    return { question: withoutKey(question) as Question, decisions: decisions as Decision[] };
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
    decide: ({ question, decisions }, decision) =>
      ifAbsent({ ...decisionKey(question.rollback, question.number, decisions.length + 1), ...decision }),
    keepToken: async ({ rollback, number }, token) => {
      await db.send(new PutCommand({ TableName: table, Item: { ...tokenKey(rollback, number), token } }));
    },
    token: async ({ rollback, number }) => {
      const Key = tokenKey(rollback, number);
      const { Item } = await db.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
      return Item?.['token'] as string | undefined;
    },
  };
}

const withoutKey = ({ pk, sk, ...item }: Record<string, unknown>) => item as unknown;

/**
 * Stores the decision that `next` returns for the stored decisions, and returns the question with all decisions.
 *
 * If another writer was faster, reads the decisions again and calls `next` again, so that concurrent writers are
 * ordered. `next` returns undefined if nothing is left to decide. 20 tries are more than the number of writers that
 * this product has.
 */
export async function decideNext(
  questions: Questions,
  asked: Asked,
  next: (asked: Asked) => Decision | undefined,
): Promise<Asked> {
  let known = asked;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const decision = next(known);
    if (!decision) return known;
    if (await questions.decide(known, decision))
      return { question: known.question, decisions: [...known.decisions, decision] };
    known = (await questions.read(known.question)) ?? known;
  }
  const { rollback, number } = asked.question;
  throw new Error(
    `The decision on question ${number} of rollback ${rollback} could not be stored: 20 concurrent-write conflicts.`,
  );
}
