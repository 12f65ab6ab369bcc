import { beforeEach, describe, expect, test } from 'vitest';
import { type AskAPersonDeps, askAPerson } from '../../../lambdas/ask-a-person/ask-a-person.ts';
import type { Publish } from '../../../lambdas/clients/publish.ts';
import { rollbackScopesIn } from '../../../lambdas/stores/rollback-scope.ts';
import { answered, askedRollback, at, rollback } from '../asked-rollback.ts';

const template = 'SUBJECT: [question]\nAUDIENCE: Technical Lead\n\n[plan]\n[inputs]\n[contacts]';
const runbooks = [
  {
    phase: 1,
    name: 'Databento Client',
    target: { version: 'pre-phase1-stable', paths: ['.'] },
    steps: [{ name: 'Clear cache', timeout: 60 }],
  },
];

let one: Awaited<ReturnType<typeof askedRollback>>;
let published: { subject: string; body: string; attributes: Parameters<Publish>[2] }[];
beforeEach(async () => {
  one = await askedRollback();
  published = [];
  await rollbackScopesIn(one.db, 'state').keep('r-1', {
    execution_arn: 'arn:r-1',
    hosts: [{ instance_id: 'i-1', name: 'host-1' }],
    not_online: [],
    only_hosts: null,
    steps: [],
    documents: {},
    deployment: { version: 'v1.4.0', at: '2026-03-02T08:50:00.000Z' },
    window_start: '2026-03-02T08:50:00Z',
    deadline: rollback.deadline,
  });
});
const ask = (token: string, changes: Partial<AskAPersonDeps> = {}) =>
  askAPerson(
    {
      ...one.stores,
      scopes: rollbackScopesIn(one.db, 'state'),
      environment: 'test',
      contacts: { L1: 'Ana, +44 1' },
      previousRollback: async () => null,
      publish: async (subject, body, attributes) => `m-${published.push({ subject, body, attributes })}`,
      now: at('09:00:06'),
      ...changes,
    },
    { rollback, question: { number: 1 }, token, templates: { question: template, hand_over: 'H' }, runbooks },
  );

test('sends people the plan, the command to paste, and whom to call; the technical lead is the audience', async () => {
  await ask('t-1');
  expect(published).toMatchObject([
    { subject: 'Roll it back?', attributes: { message: 'question', audience: ['Technical Lead'] } },
  ]);
  const body = published[0]?.body;
  expect(body).toContain('Undo v1.4.0, deployed at 2026-03-02T08:50:00.000Z, and go back to pre-phase1-stable');
  expect(body).toContain('{"answer":"rollback","operator":"YOUR NAME","rollback":"r-1","question":1}');
  expect(body).toContain('L1 Operations Team: Ana, +44 1');
});

test('wakes a machine that waits again by its newest token; asks people once', async () => {
  await ask('t-1');
  await ask('t-2');
  expect(await one.stores.questions.token(one.question)).toBe('t-2');
  expect(published).toHaveLength(1);
});

describe('a message that cannot be sent', () => {
  const publish = async () => Promise.reject(new Error('SNS is down'));

  test('stops nothing: it is kept to be sent later, and the deadline stays', async () => {
    await ask('t-1', { publish });
    expect(await one.stores.unsent.all()).toMatchObject([{ rollback: 'r-1', message: 'question', template }]);
  });

  test('is counted for its alarm, because no function fails', async () => {
    await ask('t-1', { publish });
    expect(one.stores.unsentCount()).toBe(1);
  });
});

test('wakes the machine at once if the question was decided before it waited, and asks no people', async () => {
  const input = { answer: 'rollback', operator: 'ana' };
  await answered(one.stores, input, { time: '09:00:05' });
  one.stores.woken.length = 0;
  await ask('t-1');
  expect([one.stores.woken, published]).toEqual([[{ rollback: 'r-1', number: 1 }], []]);
});

test('no message contains the token', async () => {
  await ask('a-secret');
  expect(JSON.stringify(published)).not.toContain('a-secret');
});
