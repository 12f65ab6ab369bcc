import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { answered, askedRollback } from '../asked-rollback.ts';

let one: Awaited<ReturnType<typeof askedRollback>>;
beforeEach(async () => {
  one = await askedRollback();
});
const give = (input: unknown, options: { by?: string; time?: string } = {}) => answered(one.stores, input, options);
const yes = { answer: 'rollback', operator: 'ana' };
const answers = async () =>
  (await one.record()).questions[0]?.answers.map(({ answer, operator }) => [operator, answer]);

describe('an answer', () => {
  test("needs no rollback id while one question is open; the result has the question's state", async () => {
    expect(await give(yes)).toEqual({
      rollback: 'r-1',
      phase: 1,
      number: 1,
      answer: 'rollback',
      standing: 'The question is decided: ana answered rollback at 2026-03-02T09:03:00.000Z.',
    });
  });

  test('wakes the machine that waits for it', async () => {
    await give(yes);
    expect(one.stores.woken).toEqual([{ rollback: 'r-1', number: 1 }]);
  });

  test('counts even if it cannot wake the machine: Reconcile wakes it', async () => {
    one.stores.wake = () => Promise.reject(new Error('no Step Functions'));
    expect(await give(yes)).toMatchObject({ standing: expect.stringContaining('The question is decided: ana') });
    expect(await answers()).toEqual([['ana', 'rollback']]);
  });

  test('that the same execution repeats is the same answer', async () => {
    const first = await give(yes);
    expect(await give(yes, { time: '09:04:00' })).toEqual(first);
    expect(await answers()).toEqual([['ana', 'rollback']]);
  });
});

describe('refused, with nothing changed', () => {
  const refused = (promise: Promise<unknown>) =>
    promise.then(
      () => 'taken',
      (error: Error) => `${error.name}: ${error.message}`,
    );

  test('the second, with who decided what and when', async () => {
    await give(yes);
    expect(await refused(give({ answer: 'stand-down', operator: 'bo' }, { by: 'b' }))).toBe(
      "AnswerRefused: The question is decided: ana answered rollback at 2026-03-02T09:03:00.000Z. To stop it anyway, stop execution r-1 of phase 1's machine; see docs/runbook.md#needs-a-person. Nothing was changed.",
    );
    expect(await answers()).toEqual([['ana', 'rollback']]);
  });

  test('of two at once one, which gets the decision of the other', async () => {
    one.stores.sleep = (milliseconds) => sleep(milliseconds / 10); // until the first execution has ended
    const both = await Promise.all([
      refused(give(yes, { by: 'a' })),
      refused(give({ answer: 'stand-down', operator: 'bo' }, { by: 'b' })),
    ]);
    expect(both.filter((result) => result === 'taken')).toHaveLength(1);
    expect(both.find((result) => result !== 'taken')).toMatch(/The question is decided: (ana|bo) answered/);
    expect(await answers()).toHaveLength(1);
  });

  test.each([
    ['late', yes, '09:15:06', /The deadline was 2026-03-02T09:15:05\.000Z/],
    [
      'unknown',
      { answer: 'rolback', operator: 'ana' },
      '09:03:00',
      /answer must be one of rollback, .*found "rolback"/,
    ],
    [
      'of another question',
      { answer: 'retry', operator: 'ana' },
      '09:03:00',
      /use one of rollback, stand-down, fix-forward/,
    ],
    ['malformed', 'rollback', '09:03:00', /An answer looks like \{"answer": "rollback"/],
    ['without a name', { answer: 'rollback' }, '09:03:00', /operator is missing/],
    [
      'pasted without a name filled in',
      { answer: 'rollback', operator: 'YOUR NAME' },
      '09:03:00',
      /replace YOUR NAME with your own name/,
    ],
    [
      'for an unknown rollback',
      { ...yes, rollback: 'r-9' },
      '09:03:00',
      /Rollback r-9 has no question; rollbacks with an open question: r-1/,
    ],
  ])('an answer that is %s', async (_, input, time, message) => {
    expect(await refused(give(input, { time }))).toMatch(message);
    expect(await answers()).toEqual([]);
    expect(one.stores.woken).toEqual([]);
  });

  test('an answer for a rollback that was stopped: no machine waits for it', async () => {
    await one.stores.history.append('r-1', {
      id: 'rollback-closed',
      type: 'Rollback closed',
      at: '2026-03-02T09:02:00.000Z',
      detail: { ending: 'Needs a person', problem: 'stopped' },
    });
    expect(await refused(give({ ...yes, rollback: 'r-1' }))).toMatch(
      /^AnswerRefused: Rollback r-1 ended "Needs a person" at 2026-03-02T09:02:00\.000Z; nothing waits for an answer\./,
    );
    expect(await refused(give(yes))).toMatch(/No question is open/);
  });
});

describe('a rollback whose execution was stopped', () => {
  const stopped = (input: unknown, by = 'a') =>
    answered({ ...one.stores, statusOf: async () => 'ABORTED' }, input, { by });

  test('refuses an answer before it is closed: the answer would have no effect', async () => {
    await expect(stopped({ ...yes, rollback: 'r-1' })).rejects.toThrow(
      "The execution of rollback r-1 ended ABORTED; nothing waits for an answer. To roll back anyway, start phase 1's machine with {}. Nothing was changed.",
    );
    await expect(stopped(yes)).rejects.toThrow('No question is open');
    expect(await answers()).toEqual([]);
  });

  test('refuses a second answer too, though it took the first while it ran', async () => {
    await give(yes);
    await expect(stopped({ answer: 'stand-down', operator: 'bo', rollback: 'r-1' }, 'b')).rejects.toThrow(
      'ended ABORTED; nothing waits',
    );
  });
});

describe('if two must approve', () => {
  beforeEach(async () => {
    one = await askedRollback({ approvers: 2 });
  });

  test('answers of unverified people decide nothing', async () => {
    await give(yes);
    const { standing } = await give({ answer: 'rollback', operator: 'bo' }, { by: 'b' });
    expect(standing).toBe(
      'The question is open until 2026-03-02T09:15:05.000Z: rollback needs 2 more verified people; approved so far: nobody.',
    );
    expect(one.stores.woken).toEqual([]);
  });

  test('one answer is enough to hold the rollback back', async () => {
    expect((await give({ answer: 'stand-down', operator: 'ana' })).standing).toMatch(/^The question is decided: ana/);
  });
});
