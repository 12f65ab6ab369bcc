import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, test } from 'vitest';
import type { Question } from '../../../domain/question/question.ts';
import type { Decision } from '../../../domain/question/resolution.ts';
import { positionOf } from '../../../domain/tables.ts';
import { type Questions, questionsIn } from '../../../lambdas/stores/questions.ts';
import { emptyTables } from '../tables.ts';

const question: Question = {
  rollback: 'r-1',
  number: 1,
  phase: 1,
  kind: 'confirm',
  severity: 'HIGH',
  why: ['x'],
  asked_at: '2026-03-02T09:00:00.000Z',
  deadline: '2026-03-02T09:15:00.000Z',
  at_deadline: 'x',
  approvers: 1,
};
const answer = (by: string): Decision => ({
  type: 'answer',
  by,
  answer: 'rollback',
  operator: by,
  reason: null,
  at: '2026-03-02T09:01:00.000Z',
});

let db: DynamoDBDocumentClient;
let questions: Questions;
beforeEach(async () => {
  db = (await emptyTables()).db;
  questions = questionsIn(db, 'state');
  await questions.ask(question);
});
const read = async () => {
  const asked = await questions.read(question);
  if (!asked) throw new Error('It was asked.');
  return asked;
};

test('a question is stored once: asking again returns the first question', async () => {
  expect(await questions.ask({ ...question, asked_at: '2026-03-02T09:05:00.000Z' })).toEqual(question);
});

test('the newest questions are found without knowing their rollbacks', async () => {
  await questions.ask({ ...question, rollback: 'r-2', asked_at: '2026-03-02T09:03:00.000Z' });
  expect((await questions.newest()).map((one) => one.question.rollback)).toEqual(['r-2', 'r-1']);
});

test('of two concurrent writers one is first, and the other reads its decision', async () => {
  const asked = await read();
  const written = await Promise.all(['a', 'b'].map((by) => questions.decide(asked, answer(by))));
  expect(written.toSorted()).toEqual([false, true]);
  expect((await read()).stored).toHaveLength(1);
});

test('a decision takes the first free place: a key far behind, written by hand, takes no place of an answer', async () => {
  const { stored } = await read();
  const byHand = { sk: 'DECISION#0002', item: answer('forged') };
  expect(await questions.decide({ question, stored: [...stored, byHand] }, answer('a'))).toBe(true);
  expect((await read()).stored.map(({ sk }) => sk)).toEqual(['DECISION#0001']);
});

test.each(['DECISION', 'DECISION#x', 'decision#0001', 'DECISION#0001 ', 'NOTE'])(
  'an item under the key %j is read as a decision without a place, so that it is passed over and reported',
  async (sk) => {
    await questions.decide(await read(), answer('b'));
    await db.send(new PutCommand({ TableName: 'state', Item: { pk: 'QUESTION#r-1#1', sk, ...answer('a') } }));
    const { stored } = await read();
    expect(stored.map((one) => one.sk)).toEqual(['DECISION#0001', sk]);
    expect(positionOf(sk)).toBeUndefined();
  },
);

test('the newest token counts', async () => {
  expect(await questions.token(question)).toBeUndefined();
  await questions.keepToken(question, 't-1');
  await questions.keepToken(question, 't-2');
  expect(await questions.token(question)).toBe('t-2');
});

test('no token is left of a rollback that has ended', async () => {
  const second = { ...question, number: 2 };
  for (const one of [question, second]) await questions.keepToken(one, 't');
  await questions.keepToken({ ...question, rollback: 'r-2' }, 't');
  await questions.forgetTokens(question.rollback, 2);
  expect([await questions.token(question), await questions.token(second)]).toEqual([undefined, undefined]);
  expect(await questions.token({ ...question, rollback: 'r-2' })).toBe('t');
});

test.each([
  ['a question without one', [2, 3], 3],
  ['the last question that the history has', [1, 2, 3], 1],
])('no token is left behind %s', async (_, numbers, asked) => {
  for (const number of numbers) await questions.keepToken({ ...question, number }, 't');
  await questions.forgetTokens(question.rollback, asked);
  const left = await Promise.all(numbers.map((number) => questions.token({ ...question, number })));
  expect(left.filter(Boolean)).toEqual([]);
});
