import { beforeEach, describe, expect, test } from 'vitest';
import { attachPrincipal } from '../../../lambdas/attach-principal/attach-principal.ts';
import { takeTheAnswer } from '../../../lambdas/take-the-answer/take-the-answer.ts';
import { askedRollback, at } from '../asked-rollback.ts';

let one: Awaited<ReturnType<typeof askedRollback>>;
let status: string;
beforeEach(async () => {
  one = await askedRollback({ approvers: 2 });
  status = 'RUNNING';
});
const deps = () => ({ ...one.stores, now: at('09:04:00'), statusOf: async () => status });
const started = (executionArn: string | null, arn: string) => ({
  'detail-type': 'AWS API Call via CloudTrail' as const,
  detail: {
    eventSource: 'states.amazonaws.com' as const,
    eventName: 'StartExecution' as const,
    userIdentity: { arn },
    responseElements: executionArn === null ? null : { executionArn },
  },
});
const by = (person: string) => `arn:aws:iam::000000000000:user/${person}`;
const verify = (execution: string, person: string) => attachPrincipal(deps(), started(execution, by(person)));
const answer = (execution: string, operator: string) =>
  takeTheAnswer(deps(), { execution: { id: execution, input: { answer: 'rollback', operator } } });
const principals = async () =>
  (await one.record()).questions[0]?.answers.map(({ operator, principal }) => [operator, principal]);

test("the record has the rollback's verified starter beside the name that they gave", async () => {
  expect(await one.record()).toMatchObject({ principal: null });
  await verify('arn:r-1', 'ana'); // the rollback's id ends its execution's ARN
  expect(await one.record()).toMatchObject({ principal: by('ana') });
});

describe('if two must approve', () => {
  test('two different verified people approve, and the second proof wakes the machine', async () => {
    await answer('arn:a', 'ana');
    await answer('arn:b', 'bo');
    await verify('arn:a', 'ana');
    expect(one.stores.woken).toEqual([]);
    await verify('arn:b', 'bo');
    expect(one.stores.woken).toEqual([{ rollback: 'r-1', number: 1 }]);
    expect(await principals()).toEqual([
      ['ana', by('ana')],
      ['bo', by('bo')],
    ]);
  });

  test('one person under two names counts once', async () => {
    await answer('arn:a', 'ana');
    await answer('arn:b', 'bo');
    await verify('arn:a', 'ana');
    await verify('arn:b', 'ana');
    expect(one.stores.woken).toEqual([]);
  });

  test('the same proof delivered twice counts once', async () => {
    await answer('arn:a', 'ana');
    await verify('arn:a', 'ana');
    await verify('arn:a', 'ana');
    expect((await one.events()).filter(({ type }) => type === 'Principal verified')).toHaveLength(1);
  });
});

describe('CloudTrail that was faster than the execution', () => {
  test('makes the function fail, and Lambda calls it again', async () => {
    await expect(verify('arn:a', 'ana')).rejects.toThrow(
      'arn:a has stored neither a rollback nor an answer yet; Lambda retries.',
    );
  });

  test('does not make it fail if the execution ended without a record: it was refused', async () => {
    status = 'FAILED';
    await verify('arn:a', 'ana');
    expect((await one.events()).map(({ type }) => type)).not.toContain('Principal verified');
  });
});

test('a start that was refused attaches nothing', async () => {
  await attachPrincipal(deps(), started(null, by('ana')));
  expect((await one.events()).map(({ type }) => type)).not.toContain('Principal verified');
});
