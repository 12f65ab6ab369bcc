import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Asked } from '../../domain/question/answer-rules.ts';
import type { Question } from '../../domain/question/question.ts';
import type { Decision } from '../../domain/question/resolution.ts';
import { askedKey, decisionKey, questionKey, questionOf, questionsOf, tokenKey } from '../../domain/tables.ts';
import { putIf } from './conditional-write.ts';
import { queryItems } from './query-items.ts';

/** Which question is meant: a rollback's first, second, … */
export type QuestionId = Pick<Question, 'rollback' | 'number'>;

/** What people are asked, and everything that was written about it. Nothing of it is ever changed. */
export type Questions = {
  /** Stores it unless it is stored; answers the one that is. */
  ask(question: Question): Promise<Question>;
  read(id: QuestionId): Promise<Asked | undefined>;
  /** The newest of all phases, decided or not. */
  lately(): Promise<readonly Asked[]>;
  /** Writes one decision behind those that were read. False: somebody else wrote there meanwhile. */
  decide(asked: Asked, decision: Decision): Promise<boolean>;
  /** What wakes the machine that waits for the answer; the newest counts. */
  keepToken(id: QuestionId, token: string): Promise<void>;
  token(id: QuestionId): Promise<string | undefined>;
};

/** More are not open at once: a phase has one, and who is late by so many is late. */
const mostLately = 20;

export function questionsIn(db: DynamoDBDocumentClient, table: string): Questions {
  const ifAbsent = (Item: Record<string, unknown>) =>
    putIf(db, { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' });
  const read = async ({ rollback, number }: QuestionId): Promise<Asked | undefined> => {
    const found = await queryItems(db, table, questionOf(rollback, number));
    const question = found.find(({ sk }) => sk === 'QUESTION');
    if (!question) return undefined;
    // In the order of their sort keys, which is the order in which they were written.
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
    lately: async () => {
      const { Items = [] } = await db.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': questionsOf },
          ScanIndexForward: false,
          Limit: mostLately,
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
 * Writes what `next` makes of the decisions there are. Where somebody else was faster, the decisions are read again and
 * `next` is asked again, so that two at once are one after the other. Answers the question as it then stands.
 *
 * `next` answers undefined where nothing is to be written any more. 20 tries outlast any number of writers this product has.
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
  throw new Error(`Question ${number} of rollback ${rollback} was written to by others in 20 tries.`);
}
