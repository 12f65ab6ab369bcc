import { beforeEach, describe, expect, test } from 'vitest';
import { firstBreak } from '../../../domain/history/event.ts';
import { changeTheTask } from '../../../lambdas/change-the-task/change-the-task.ts';
import { followedRollback } from '../follow-the-rollback/followed.ts';

let one: Awaited<ReturnType<typeof followedRollback>>;
beforeEach(async () => {
  one = await followedRollback();
  await one.end();
  await one.begin();
  one.told.notices.length = 0;
});

const change = (input: object, id = 'arn:change:1', more: object = {}) =>
  changeTheTask({ ...one.deps, ...more }, { execution: { id, input: { rollback: 'r-1', operator: 'ana', ...input } } });
const complete = { action: 'complete', task: 1, note: 'a memory leak' };
const task = async (number: number, tasks: Awaited<ReturnType<typeof change>>['tasks']) =>
  tasks.find((found) => found.number === number);

describe('a task', () => {
  test('is completed once, in the history, the state table and for a ticket system', async () => {
    const { tasks } = await change(complete);
    expect(await task(1, tasks)).toMatchObject({ done_by: 'ana', note: 'a memory leak' });
    expect((await one.dueTasks.all()).map(({ number }) => number)).not.toContain(1);
    expect(one.told.notices).toMatchObject([
      { type: 'Rollback Task Completed', detail: { id: 'test/r-1/1', state: 'done' } },
    ]);
    expect(firstBreak(await one.events())).toBeUndefined();
    await expect(change(complete, 'arn:change:2')).rejects.toThrow('Task 1 was completed by ana at');
  });

  test('that is completed by a repeat of the same execution stays as it is', async () => {
    const first = await change(complete);
    const types = await one.types();
    expect(await change(complete)).toEqual(first);
    expect(await one.types()).toEqual(types);
  });

  test('of two people at once is completed by one; the other is refused', async () => {
    const given = await Promise.allSettled([change(complete), change({ ...complete, operator: 'bo' }, 'arn:change:2')]);
    expect(given.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('is given to somebody, with another due time', async () => {
    const { tasks } = await change({ action: 'assign', task: 2, owner: 'bo', due: '2026-03-09' });
    expect(await task(2, tasks)).toMatchObject({ owner: 'bo', due: '2026-03-09T23:59:59.000Z' });
    const due = (await one.dueTasks.all()).filter(({ number }) => number === 2);
    expect(due).toMatchObject([{ due: '2026-03-09T23:59:59.000Z', told: 0 }]);
  });

  test('is added as a corrective action', async () => {
    const { tasks } = await change({ action: 'add', title: 'Alarm on memory', owner: 'bo', due: '2026-04-01' });
    expect(await task(9, tasks)).toMatchObject({ kind: 'corrective action', title: 'Alarm on memory', owner: 'bo' });
    expect(one.told.notices).toMatchObject([{ type: 'Rollback Task Opened', detail: { number: 9 } }]);
  });

  test('is changed although the state table is down: the history decides', async () => {
    const down = async () => Promise.reject(new Error('state is down'));
    await change(complete, 'arn:change:1', { dueTasks: { open: down, close: down } });
    expect((await one.types()).filter((type) => type === 'Task completed')).toHaveLength(1);
  });

  test.each<[string, object, string]>([
    ['that does not exist', { ...complete, task: 99 }, 'has no task 99; its tasks are 1 to 8.'],
    [
      'with a due time that has passed',
      { action: 'assign', task: 1, owner: 'bo', due: '2020-01-01' },
      'has passed; give a later one.',
    ],
    ['of a rollback without a follow-up', { ...complete, rollback: 'r-9' }, 'Rollback r-9 has no follow-up'],
    ['that is a report without a draft', { action: 'accept', report: 'interim' }, 'The interim has no draft yet.'],
  ])('%s is refused, and nothing is changed', async (_, input, reason) => {
    const types = await one.types();
    await expect(change(input)).rejects.toMatchObject({
      name: 'TaskRefused',
      message: expect.stringContaining(reason),
    });
    expect(await one.types()).toEqual(types);
    expect(one.told.notices).toEqual([]);
  });
});

test('a report that is accepted completes its task, and is drafted no more', async () => {
  await one.check(4);
  const { tasks } = await change({ action: 'accept', report: 'interim' });
  expect(await task(5, tasks)).toMatchObject({ done_by: 'ana', note: 'Accepted draft 1.' });
  await one.check(24);
  expect(
    (await one.events()).filter(({ type }) => type === 'Report drafted').map(({ detail }) => detail['report']),
  ).toEqual(['interim', 'post-mortem']);
  await expect(change({ action: 'accept', report: 'interim' }, 'arn:change:2')).rejects.toThrow(
    'was accepted by ana at',
  );
});
