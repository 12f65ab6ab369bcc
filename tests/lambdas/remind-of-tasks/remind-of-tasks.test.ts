import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeEach, describe, expect, test } from 'vitest';
import { changeTheTask } from '../../../lambdas/change-the-task/change-the-task.ts';
import { remindOfProcedure } from '../../../lambdas/remind-of-tasks/remind-of-procedure.ts';
import { remindOfTasks } from '../../../lambdas/remind-of-tasks/remind-of-tasks.ts';
import { after, followedRollback } from '../follow-the-rollback/followed.ts';

let one: Awaited<ReturnType<typeof followedRollback>>;
let counted = 0;
beforeEach(async () => {
  counted = 0;
  one = await followedRollback();
  await one.end();
  await one.begin();
  one.told.notices.length = 0;
});

const templates = {
  'task-overdue': 'SUBJECT: overdue [numbers] of [rollback_id]\nAUDIENCE: Operations\n\n[tasks]\n[commands]',
  'task-unowned': 'SUBJECT: nobody has [numbers] of [rollback_id]\nAUDIENCE: Operations\n\n[tasks]\n[commands]',
};
const remind = (hours: number, more: object = {}) => {
  one.clock.now = after(hours);
  const countOverdue = async () => {
    counted += 1;
  };
  return remindOfTasks({ ...one.deps, templates, countOverdue, ...more });
};
const change = (input: object) =>
  changeTheTask(one.deps, {
    execution: { id: `arn:change:${JSON.stringify(input)}`, input: { rollback: 'r-1', operator: 'ana', ...input } },
  });

describe('people are told', () => {
  test('once at half of the time of tasks that nobody has, and once when they are overdue', async () => {
    for (const hours of [1, 11, 12, 13, 23]) await remind(hours);
    expect(one.told.pages).toEqual(['nobody has 1, 2, 3, 4, 5 of r-1']);
    expect(counted).toBe(0);
    for (const hours of [24, 25, 26]) await remind(hours);
    expect(one.told.pages.slice(1)).toEqual(['overdue 1, 2, 3, 4, 5 of r-1']);
    expect(counted).toBe(3);
  });

  test('not of a task that is done, and not that nobody has one that somebody has', async () => {
    await change({ action: 'complete', task: 1, note: 'x' });
    await change({ action: 'assign', task: 2, owner: 'bo' });
    await remind(12);
    expect(one.told.pages).toEqual(['nobody has 3, 4, 5 of r-1']);
    await remind(24);
    expect(one.told.pages.at(-1)).toBe('overdue 2, 3, 4, 5 of r-1');
  });

  test('again in the next hour if the message could not be sent', async () => {
    const publish = async () => Promise.reject(new Error('SNS is down'));
    await expect(remind(24, { publish })).rejects.toThrow('SNS is down');
    await remind(25);
    expect(one.told.pages.filter((subject) => subject.startsWith('overdue'))).toHaveLength(1);
  });

  test('after an outage of the state table in which tasks fell due', async () => {
    const all = async () => Promise.reject(new Error('state is down'));
    await expect(remind(24, { dueTasks: { ...one.dueTasks, all } })).rejects.toThrow('state is down');
    expect(await remind(30)).toEqual({ open: 8, overdue: 5 });
  });
});

test('a task that the history has as done is forgotten, whatever the state table says', async () => {
  const dueTasks = { ...one.dueTasks, close: async () => {} };
  await changeTheTask(
    { ...one.deps, dueTasks },
    { execution: { id: 'arn:1', input: { rollback: 'r-1', operator: 'ana', action: 'complete', task: 1, note: 'x' } } },
  );
  expect(await one.dueTasks.all()).toHaveLength(8);
  await remind(1);
  expect(await one.dueTasks.all()).toHaveLength(7);
});

test('events for a ticket system fit the documented schema', async () => {
  await change({ action: 'add', title: 'Alarm on memory', owner: 'bo', due: '2026-04-01' });
  await change({ action: 'complete', task: 1, note: 'x' });
  await remind(24);
  const schema = JSON.parse(
    readFileSync(new URL('../../../docs/task-notice.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const valid = new Ajv({ strict: false }).compile(schema);
  expect(one.told.notices.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['Rollback Task Opened', 'Rollback Task Completed', 'Rollback Task Overdue']),
  );
  for (const { detail } of one.told.notices) expect([detail, valid(detail)]).toEqual([detail, true]);
});

test('the procedure’s own review is a message by itself', async () => {
  const bodies: string[] = [];
  const publish = async (subject: string, body: string) => {
    bodies.push(subject, body);
    return 'm-1';
  };
  const text = readFileSync(new URL('../../../infra/notifications/procedure-review.txt', import.meta.url), 'utf8');
  const deps = {
    publish,
    templates: { 'procedure-review': text },
    runbook: 'https://wiki.example.com/runbook',
    environment: 'staging',
  };
  await remindOfProcedure(deps);
  expect(bodies[0]).toBe('[REVIEW] The rollback procedure is due for its review');
  expect(bodies[1]).toContain('https://wiki.example.com/runbook#procedure-review');
  expect(bodies[1]).toContain('npm run rollback -- stats --last 3 --environment staging');
});
