import { beforeEach, describe, expect, test } from 'vitest';
import { setEvent } from '../../../domain/history/brake-event.ts';
import { annotateTheRollback } from '../../../lambdas/annotate-the-rollback/annotate-the-rollback.ts';
import { attachPrincipal } from '../../../lambdas/attach-principal/attach-principal.ts';
import { reviewTheRollback } from '../../../lambdas/review-the-rollback/review-the-rollback.ts';
import { brakesHistoryIn } from '../../../lambdas/stores/brakes-history.ts';
import { ofDecide } from '../../domain/proof/fake-step-functions.ts';
import { answered, askedRollback, at } from '../asked-rollback.ts';
import { automaticRollback, DUE, rollback } from '../automatic-rollback.ts';

let one: Awaited<ReturnType<typeof askedRollback>>;
let status: string;
beforeEach(async () => {
  one = await askedRollback({ approvers: 2 });
  status = 'RUNNING';
  input = {};
});
let input: Readonly<Record<string, unknown>>;
const deps = () => ({
  ...one.stores,
  brakesHistory: brakesHistoryIn(one.db, 'history'),
  now: at('09:04:00'),
  statusOf: async () => status,
  inputOf: async () => input,
});
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
const answer = (by: string, operator: string) =>
  answered(deps(), { answer: 'rollback', operator }, { by, time: '09:04:00' });
const principals = async () =>
  (await one.record()).questions[0]?.answers.map(({ operator, principal }) => [operator, principal]);

test("the record has the rollback's verified starter beside the name that they gave", async () => {
  expect(await one.record()).toMatchObject({ principal: null });
  await verify('arn:r-1', 'ana'); // the rollback's id ends its execution's ARN
  expect(await one.record()).toMatchObject({ principal: by('ana') });
});

describe('if two must approve', () => {
  test('two different verified people approve, and the second proof wakes the machine', async () => {
    await answer('a', 'ana');
    await answer('b', 'bo');
    await verify(ofDecide('a'), 'ana');
    expect(one.stores.woken).toEqual([]);
    await verify(ofDecide('b'), 'bo');
    expect(one.stores.woken).toEqual([{ rollback: 'r-1', number: 1 }]);
    expect(await principals()).toEqual([
      ['ana', by('ana')],
      ['bo', by('bo')],
    ]);
  });

  test('one person under two names counts once', async () => {
    await answer('a', 'ana');
    await answer('b', 'bo');
    await verify(ofDecide('a'), 'ana');
    await verify(ofDecide('b'), 'ana');
    expect(one.stores.woken).toEqual([]);
  });

  test('the same proof delivered twice counts once', async () => {
    await answer('a', 'ana');
    await verify(ofDecide('a'), 'ana');
    await verify(ofDecide('a'), 'ana');
    expect((await one.events()).filter(({ type }) => type === 'Principal verified')).toHaveLength(1);
  });
});

describe('CloudTrail that was faster than the execution', () => {
  test('makes the function fail, and Lambda calls it again', async () => {
    await expect(verify(ofDecide('a'), 'ana')).rejects.toThrow(
      `${ofDecide('a')} has stored nothing that a principal belongs to yet; Lambda retries.`,
    );
  });

  test('does not make it fail if the execution ended without a record: it was refused', async () => {
    status = 'FAILED';
    await verify(ofDecide('a'), 'ana');
    expect((await one.events()).map(({ type }) => type)).not.toContain('Principal verified');
  });
});

test('a start that was refused attaches nothing', async () => {
  await attachPrincipal(deps(), started(null, by('ana')));
  expect((await one.events()).map(({ type }) => type)).not.toContain('Principal verified');
});

describe('after the end', () => {
  const machine = (name: string) => `arn:aws:states:eu-west-1:000000000000:execution:rollback-test-${name}:e-1`;
  let ended: Awaited<ReturnType<typeof automaticRollback>>;
  beforeEach(async () => {
    ended = await automaticRollback();
    await ended.end();
    input = { rollback: ' r-1 ', operator: 'bo' }; // as typed, with blanks
  });
  const proof = (execution: string, person: string) =>
    attachPrincipal(
      { ...deps(), ...ended.deps, statusOf: deps().statusOf, now: at('10:04:00') },
      started(execution, by(person)),
    );
  const annotate = () =>
    annotateTheRollback(ended.deps, { execution: { id: machine('annotate'), input: { ...input, note: 'x' } } });
  const review = (name = 'review') =>
    reviewTheRollback(ended.deps, {
      execution: { id: machine(name), input: { ...input, verdict: 'right', reason: 'corrupt' } },
    });
  const lastTypes = async (count: number) => (await ended.types()).slice(-count);

  test('an annotation has the verified principal beside the name, and the history is sealed again', async () => {
    await annotate();
    await proof(machine('annotate'), 'bo');
    expect((await ended.record()).annotation).toMatchObject({ operator: 'bo', principal: by('bo') });
    expect(await lastTypes(4)).toEqual(['Annotated', 'Sealed', 'Principal verified', 'Sealed']);
  });

  test('a review has it too, and stays given', async () => {
    await review();
    await proof(machine('review'), 'bo');
    expect((await ended.record()).review).toMatchObject({ verdict: 'right', reviewer: 'bo', principal: by('bo') });
    expect(await ended.openReviews()).toEqual([]);
  });

  test('the same proof delivered twice is attached once', async () => {
    await review();
    await proof(machine('review'), 'bo');
    await proof(machine('review'), 'bo');
    expect((await ended.types()).filter((type) => type === 'Principal verified')).toHaveLength(1);
  });

  test.each(['Task opened', 'Task assigned', 'Task completed', 'Report accepted'] as const)(
    'a change of a task has it too: %s',
    async (type) => {
      const detail = { number: 1, operator: 'bo', by: machine('change-task') };
      await ended.deps.history.append('r-1', { id: 'changed/1', type, at: DUE, detail });
      await proof(machine('change-task'), 'bo');
      expect((await ended.events()).find((one) => one.type === 'Principal verified')?.detail).toEqual({
        by: machine('change-task'),
        principal: by('bo'),
      });
      expect(await lastTypes(2)).toEqual(['Principal verified', 'Sealed']);
    },
  );

  test('CloudTrail that was faster than the execution makes the function fail, and Lambda calls it again', async () => {
    await expect(proof(machine('review'), 'bo')).rejects.toThrow('Lambda retries');
  });

  test.each([
    ['was refused', { rollback: 'r-1' }],
    ['names an unknown rollback', { rollback: 'r-9' }],
    ['names none', { rollback: 7 }],
  ])('an execution that %s attaches nothing', async (_, refused) => {
    input = refused;
    status = 'FAILED';
    const before = await ended.types();
    await proof(machine('annotate'), 'bo');
    expect(await ended.types()).toEqual(before);
  });

  describe('the verified starter of the rollback who reviews it under another name', () => {
    beforeEach(async () => {
      await proof(rollback.execution_arn, 'ana');
      await review();
      await proof(machine('review'), 'ana');
    });

    test('has not reviewed it: the review is open again, with its deadline and reminders', async () => {
      expect((await ended.record()).review).toMatchObject({ due: DUE, verdict: null });
      expect(await ended.openReviews()).toMatchObject([{ rollback: 'r-1', due: DUE, told: 0 }]);
    });

    test('cannot make it count by a retry of the same execution', async () => {
      await expect(review()).rejects.toThrow(
        `The review by bo does not count, because ${by('ana')} started the rollback: another person must review it.`,
      );
    });

    test('is followed by another person, whose review counts', async () => {
      await review('second-review');
      await proof(machine('second-review'), 'cy');
      expect((await ended.record()).review).toMatchObject({ verdict: 'right', principal: by('cy') });
      expect(await ended.openReviews()).toEqual([]);
    });
  });

  test('a starter who is verified only after the review takes it back too', async () => {
    await review();
    await proof(machine('review'), 'ana');
    await proof(rollback.execution_arn, 'ana');
    expect(await ended.openReviews()).toHaveLength(1);
  });
});

describe('a change of the brakes', () => {
  const execution = 'arn:aws:states:us-east-1:000000000000:execution:rollback-test-brakes:b-1';
  const typesNow = async () =>
    (await deps().brakesHistory.events()).map(({ type, detail }) => [type, detail.principal ?? null]);

  test('gets its verified person as an event behind it, once', async () => {
    const pause = { operator: 'ana', reason: 'test', at: '2026-03-02T09:04:00.000Z', by: execution };
    await deps().brakesHistory.append(setEvent('pause', pause));
    await verify(execution, 'ana');
    await verify(execution, 'ana');
    expect(await typesNow()).toEqual([
      ['Automation paused', null],
      ['Principal verified', by('ana')],
    ]);
  });

  test('that is not stored yet is awaited', async () => {
    await expect(verify(execution, 'ana')).rejects.toThrow('has stored nothing that a principal belongs to yet');
  });

  test('that was refused has no person', async () => {
    status = 'FAILED';
    await verify(execution, 'ana');
    expect(await typesNow()).toEqual([]);
  });
});
