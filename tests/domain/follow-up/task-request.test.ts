import { describe, expect, test } from 'vitest';
import { TaskRefused } from '../../../domain/errors.ts';
import { parseTaskRequest } from '../../../domain/follow-up/task-request.ts';

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
