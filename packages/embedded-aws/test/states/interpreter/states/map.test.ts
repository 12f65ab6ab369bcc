import { describe, expect, test } from 'vitest';
import { TaskFailure } from '../../../../src/states/interpreter/state-failure.ts';
import { output, run, secondsOf, types, WORK } from '../../account.ts';

const map = (state: object, fields: object = {}) => ({
  States: {
    M: {
      Type: 'Map',
      Items: '{% $states.input %}',
      ItemProcessor: { StartAt: 'I', States: { I: { End: true, ...state } } },
      End: true,
      ...fields,
    },
  },
});
const pass = { Type: 'Pass' };
const wait = { Type: 'Wait', Seconds: '{% $states.input %}' };

describe('Map', () => {
  test('runs its processor once per item and returns the outputs in order', async () => {
    expect(await output(map({ Type: 'Pass', Output: '{% $states.input * 10 %}' }), [1, 2, 3])).toEqual([10, 20, 30]);
  });

  test('Items may be a literal array', async () => {
    expect(await output(map(pass, { Items: ['a', 'b'] }))).toEqual(['a', 'b']);
  });

  test('iterates over the input if it has no Items', async () => {
    expect(await output(map(pass, { Items: undefined }), [1, 2])).toEqual([1, 2]);
  });

  test('returns an empty array if there are no items', async () => {
    expect(await output(map(pass), [])).toEqual([]);
  });

  test('Items that are not an array fail with States.QueryEvaluationError', async () => {
    const { ending } = await run(map(pass), { host: 'host-1' });
    expect(ending.error).toBe('States.QueryEvaluationError');
    expect(ending.cause).toContain(
      "specified for the field 'Items' returned an unexpected result type. Expected 'array'",
    );
  });

  test('an input that is not an array fails a Map without Items', async () => {
    const execution = await run(map(pass, { Items: undefined }), { host: 'host-1' });
    expect(execution.ending.cause).toContain('Map state input must be an array but was: {"host":"host-1"}');
    expect(types(execution).slice(-3)).toEqual(['EvaluationFailed', 'MapStateFailed', 'ExecutionFailed']);
  });

  test('ItemSelector returns the input of an iteration', async () => {
    const ItemSelector = {
      at: '{% $states.context.Map.Item.Index %}',
      host: '{% $states.context.Map.Item.Value %}',
      of: '{% $count($states.input) %}',
    };
    expect(await output(map(pass, { ItemSelector }), ['a', 'b'])).toEqual([
      { at: 0, host: 'a', of: 2 },
      { at: 1, host: 'b', of: 2 },
    ]);
  });

  test('an iteration reads its item from the context', async () => {
    const state = { Type: 'Pass', Output: '{% $states.context.Map.Item %}' };
    expect(await output(map(state), ['a'])).toEqual([{ Index: 0, Value: 'a' }]);
  });

  test('a Parallel inside an iteration reads the item too', async () => {
    const inner = { Type: 'Pass', Output: '{% $states.context.Map.Item.Value %}', End: true };
    const state = { Type: 'Parallel', Branches: [{ StartAt: 'Deep', States: { Deep: inner } }] };
    expect(await output(map(state), ['a', 'b'])).toEqual([['a'], ['b']]);
  });

  test('has the events of AWS', async () => {
    const { history } = await run(map(pass), ['a']);
    expect(history.map(({ previousEventId, type }) => [previousEventId, type])).toEqual([
      [0, 'ExecutionStarted'],
      [0, 'MapStateEntered'],
      [2, 'MapStateStarted'],
      [3, 'MapIterationStarted'],
      [4, 'PassStateEntered'],
      [5, 'PassStateExited'],
      [6, 'MapIterationSucceeded'],
      [7, 'MapStateSucceeded'],
      [7, 'MapStateExited'],
      [9, 'ExecutionSucceeded'],
    ]);
    expect(history[2]?.mapStateStartedEventDetails).toEqual({ length: 1 });
    expect(history[3]?.mapIterationStartedEventDetails).toEqual({ name: 'M', index: 0 });
  });
});

test('with MaxConcurrency an iteration follows the last event in the one before', async () => {
  const { history } = await run(map(pass, { MaxConcurrency: 2 }), ['a', 'b', 'c']);
  const started = history.filter(({ type }) => type === 'MapIterationStarted');
  const before = history.find(({ id }) => id === started[2]?.previousEventId);
  expect(started.map(({ previousEventId }) => previousEventId).slice(0, 2)).toEqual([3, 3]);
  expect(before?.type).toBe('PassStateExited');
});

describe('MaxConcurrency', () => {
  const secondsFor = async (fields: object, items: number[]) =>
    secondsOf(await run(map(wait, fields), items), 'MapStateSucceeded')[0];

  test('limits how many iterations run at once', async () => {
    expect(await secondsFor({ MaxConcurrency: 2 }, [10, 10, 10, 10])).toBe(20);
  });

  test('starts the next as soon as one has ended', async () => {
    expect(await secondsFor({ MaxConcurrency: 2 }, [10, 4, 4])).toBe(10);
  });

  test('of 0 runs all iterations at once', async () => {
    expect(await secondsFor({ MaxConcurrency: 0 }, [10, 10, 10, 10])).toBe(10);
  });

  test('may be an expression', async () => {
    expect(await secondsFor({ MaxConcurrency: '{% $count($states.input) - 3 %}' }, [10, 10, 10, 10])).toBe(40);
  });

  test('is never more than 40', async () => {
    expect(await secondsFor({}, new Array(41).fill(10))).toBe(20);
  });
});

describe('a failing iteration', () => {
  const work = async ({ arguments: item }: { arguments: unknown }) => {
    if (item === 'bad') throw new TaskFailure('E', 'bad item');
    return new Promise(() => {});
  };
  const task = { Type: 'Task', Resource: WORK };

  test('aborts the others and fails the state', async () => {
    const execution = await run(map(task), ['good', 'bad'], work);
    expect(execution.ending).toEqual({ error: 'E', cause: 'bad item' });
    expect(types(execution).slice(-7)).toEqual([
      'TaskFailed',
      'TaskStateAborted',
      'MapIterationFailed',
      'TaskStateAborted',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('starts no further iteration', async () => {
    const execution = await run(map(task, { MaxConcurrency: 1 }), ['bad', 'good'], work);
    expect(types(execution).filter((type) => type === 'MapIterationStarted')).toHaveLength(1);
  });

  test('can be caught', async () => {
    const { States } = map(task, { Catch: [{ ErrorEquals: ['E'], Next: 'Done' }], Next: 'Done', End: undefined });
    expect(await output({ States: { ...States, Done: { Type: 'Succeed' } } }, ['bad'], work)).toEqual({
      Error: 'E',
      Cause: 'bad item',
    });
  });

  test('a failing ItemSelector fails the state', async () => {
    const { ending } = await run(map(pass, { ItemSelector: '{% $states.input.absent %}' }), ['a']);
    expect(ending.error).toBe('States.QueryEvaluationError');
  });
});

test('the variables of an iteration do not exist after it', async () => {
  const { States } = map({ Type: 'Pass', Assign: { own: 1 } }, { Next: 'After', End: undefined });
  const After = { Type: 'Pass', Output: '{% $own %}', End: true };
  expect((await run({ States: { ...States, After } }, [1])).ending.error).toBe('States.QueryEvaluationError');
});
