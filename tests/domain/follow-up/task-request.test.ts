import { describe, expect, test } from 'vitest';
import { TaskRefused } from '../../../domain/errors.ts';
import type { FollowUp } from '../../../domain/follow-up/follow-up.ts';
import { parseTaskRequest, taskRefusal } from '../../../domain/follow-up/task-request.ts';
import { type FollowUpTask, usualTasks } from '../../../domain/follow-up/tasks.ts';

const common = { rollback: 'r-1', operator: 'ana' };

describe('a change of a task', () => {
  test.each<[string, object, object]>([
    ['completes one', { action: 'complete', task: 1, note: 'a leak' }, { task: 1, note: 'a leak' }],
    ['assigns one', { action: 'assign', task: 2, owner: 'bo' }, { task: 2, owner: 'bo' }],
    [
      'adds one that is due at the end of a day',
      { action: 'add', title: 'Alarm on memory', owner: 'bo', due: '2026-12-01' },
      { title: 'Alarm on memory', due: '2026-12-01T23:59:59.000Z' },
    ],
    ['accepts a report', { action: 'accept', report: 'post-mortem' }, { report: 'post-mortem' }],
  ])('%s', (_, input, expected) => {
    expect(parseTaskRequest({ ...common, ...input })).toMatchObject({ ...common, ...expected });
  });

  test.each<[string, unknown, string]>([
    ['that is no object', 'x', 'found "x"'],
    ['without an action', common, 'action is missing'],
    ['of an unknown action', { ...common, action: 'close' }, 'action must be complete or assign or add or accept'],
    ['without a number', { ...common, action: 'complete', note: 'x' }, 'task is missing'],
    [
      'with half a number',
      { ...common, action: 'complete', task: 1.5, note: 'x' },
      'task must be the number of a task',
    ],
    ['without a note', { ...common, action: 'complete', task: 1 }, 'note is missing'],
    [
      'with a field of another action',
      { ...common, action: 'complete', task: 1, note: 'x', owner: 'bo' },
      'owner does not belong to complete, which takes task, note',
    ],
    [
      'due on no day',
      { ...common, action: 'add', title: 'x', owner: 'bo', due: '2026-13-40' },
      'due must be a date or an instant in UTC',
    ],
    [
      'due on a day that its month does not have',
      { ...common, action: 'add', title: 'x', owner: 'bo', due: '2026-11-31' },
      'due must be a date or an instant in UTC',
    ],
    [
      'with the placeholder of an owner',
      { ...common, action: 'assign', task: 1, owner: 'NAME' },
      'replace NAME with the real name',
    ],
    [
      'with the placeholder of a finding',
      { ...common, action: 'complete', task: 1, note: 'what you found' },
      'replace WHAT YOU FOUND with what you found or did',
    ],
    ['due some day', { ...common, action: 'add', title: 'x', owner: 'bo', due: 'tomorrow' }, 'due must be a date'],
    ['of two lines', { ...common, action: 'complete', task: 1, note: 'a\nb' }, 'note must be one line'],
    [
      'of too many characters',
      { ...common, action: 'complete', task: 1, note: 'x'.repeat(501) },
      'note must be one line of 1 to 500',
    ],
  ])('%s is refused', (_, input, reason) => {
    expect(() => parseTaskRequest(input)).toThrow(TaskRefused);
    expect(() => parseTaskRequest(input)).toThrow(reason);
    expect(() => parseTaskRequest(input)).toThrow('Nothing was changed.');
  });
});

describe('the task of a report', () => {
  const closed = '2026-11-01T12:00:00.000Z';
  const none = { draft: null, accepted: null };
  const draft = { number: 1, at: closed, key: 'k', sha256: '0' };
  const followUp: FollowUp = {
    ...{
      begun_at: closed,
      execution: 'arn:e',
      watched_until: '2026-11-07T12:00:00.000Z',
      over_at: null,
      checks: [],
      evidence: [],
    },
    tasks: usualTasks(closed, closed).map(({ detail }) => ({
      ...(detail as FollowUpTask),
      ...{ done_at: null, done_by: null, note: null, opened_at: closed },
    })),
    reports: { interim: none, 'post-mortem': none },
  };
  const refusal = (task: number, changes: Partial<FollowUp> = {}, now = '2026-11-01T13:00:00.000Z') =>
    taskRefusal({ ...common, action: 'complete', task, note: 'done' }, { ...followUp, ...changes }, now);

  test.each([
    [5, 'interim'],
    [6, 'post-mortem'],
  ] as const)('%i is not completed without the %s, and the refusal names the command', (task, report) => {
    const command = `rollback follow-up r-1 --accept ${report} --operator "YOUR NAME"`;
    const refused = `Task ${task} is done by accepting the report: ${command}.`;
    expect(refusal(task)).toBe(`${refused} The ${report} has no draft yet. Nothing was changed.`);
    const reports = { ...followUp.reports, [report]: { draft, accepted: null } };
    expect(refusal(task, { reports })).toBe(`${refused} Nothing was changed.`);
    expect(refusal(task, { reports }, '2027-01-01T00:00:00.000Z')).toBe(`${refused} Nothing was changed.`);
  });

  test('is completed by hand after seven days without a draft, because none comes any more', () => {
    expect(refusal(5, {}, '2026-11-08T11:59:59.000Z')).toContain('no draft yet');
    expect(refusal(5, {}, '2026-11-08T12:00:00.000Z')).toBeUndefined();
  });

  test('holds up no other task', () => expect(refusal(1)).toBeUndefined());
});
