import { describe, expect, test } from 'vitest';
import { TaskFailure } from '../../../../src/states/interpreter/state-failure.ts';
import { output, run, secondsOf, types, WORK } from '../../account.ts';

const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: { End: true, ...state } } });
const parallel = (branches: object[], fields: object = {}) => ({
  States: { P: { Type: 'Parallel', Branches: branches, End: true, ...fields } },
});
const pass = (Output: unknown) => ({ Type: 'Pass', Output });
const wait = (Seconds: number) => ({ Type: 'Wait', Seconds });
const failing = { Type: 'Fail', Error: 'E', Cause: 'because', End: undefined };

describe('Parallel', () => {
  test('outputs the outputs of its branches, in their order', async () => {
    expect(await output(parallel([branch('A', wait(5)), branch('B', pass('b'))]), 'in')).toEqual(['in', 'b']);
  });

  test('runs its branches concurrently', async () => {
    const execution = await run(parallel([branch('A', wait(5)), branch('B', wait(7))]));
    expect(secondsOf(execution, 'ParallelStateSucceeded')).toEqual([7]);
  });

  test('Arguments are the input of every branch', async () => {
    const branches = [branch('A', { Type: 'Pass' }), branch('B', { Type: 'Pass' })];
    expect(await output(parallel(branches, { Arguments: { n: '{% $states.input %}' } }), 1)).toEqual([
      { n: 1 },
      { n: 1 },
    ]);
  });

  test('Output reads $states.result', async () => {
    const branches = [branch('A', pass(1)), branch('B', pass(2))];
    expect(await output(parallel(branches, { Output: '{% $sum($states.result) %}' }))).toBe(3);
  });

  test('has the events of AWS', async () => {
    const { history } = await run(parallel([branch('A', pass(1)), branch('B', pass(2))]));
    expect(history.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'ParallelStateEntered'],
      [3, 2, 'ParallelStateStarted'],
      [4, 3, 'PassStateEntered'],
      [5, 3, 'PassStateEntered'],
      [6, 4, 'PassStateExited'],
      [7, 5, 'PassStateExited'],
      [8, 7, 'ParallelStateSucceeded'],
      [9, 7, 'ParallelStateExited'],
      [10, 9, 'ExecutionSucceeded'],
    ]);
  });
});

describe('a failing branch', () => {
  const late = {
    StartAt: 'B',
    States: { B: { Type: 'Wait', Seconds: 5, Next: 'C' }, C: { ...failing } },
  };

  test('fails the state with its error', async () => {
    expect((await run(parallel([branch('A', wait(60)), late]))).ending).toEqual({ error: 'E', cause: 'because' });
  });

  test('aborts the other branches at once', async () => {
    const execution = await run(parallel([branch('A', wait(60)), late]));
    expect(secondsOf(execution, 'WaitStateAborted')).toEqual([5]);
    expect(secondsOf(execution, 'ParallelStateFailed')).toEqual([5]);
    expect(types(execution).slice(-4)).toEqual([
      'FailStateEntered',
      'WaitStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('records a Task that fails it as aborted too', async () => {
    const failingTask = branch('T', { Type: 'Task', Resource: WORK });
    const { history } = await run(parallel([failingTask]), {}, async () => {
      throw new TaskFailure('E', 'because');
    });
    expect(history.slice(-4).map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [7, 6, 'TaskFailed'],
      [8, 7, 'TaskStateAborted'],
      [9, 7, 'ParallelStateFailed'],
      [10, 9, 'ExecutionFailed'],
    ]);
  });

  test('with States.Runtime fails the whole execution at once', async () => {
    const States = { W: { Type: 'Wait', Timestamp: '2126-01-01T00:00:00Z', End: true } };
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Done' }];
    const { States: inner } = parallel([branch('A', wait(60)), { StartAt: 'W', States }], { Catch });
    const execution = await run({ States: { ...inner, Done: { Type: 'Succeed' } } });
    expect(execution.ending.cause).toContain("state 'W'");
    expect(types(execution).slice(-2)).toEqual(['WaitStateEntered', 'ExecutionFailed']);
  });

  test('aborts the signal of another branch’s task', async () => {
    const signals: AbortSignal[] = [];
    await run(parallel([branch('A', { Type: 'Task', Resource: WORK }), late]), {}, ({ signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    expect(signals[0]?.aborted).toBe(true);
  });

  test('aborts nested states of another branch', async () => {
    const nested = branch('N', { Type: 'Parallel', Branches: [branch('Deep', wait(60))] });
    const execution = await run(parallel([nested, late]));
    expect(types(execution)).toContain('WaitStateAborted');
    expect(types(execution)).toContain('ParallelStateAborted');
    expect(types(execution).filter((type) => type === 'ParallelStateFailed')).toHaveLength(1);
  });

  test('stops another branch that changes states without waiting', async () => {
    const loop = { StartAt: 'L', States: { L: { Type: 'Pass', Next: 'M' }, M: { Type: 'Pass', Next: 'L' } } };
    const execution = await run(parallel([loop, branch('F', failing)]));
    expect(execution.ending.error).toBe('E');
    expect(execution.history.length).toBeLessThan(100);
  });

  test('can be caught, and the other branch stays aborted', async () => {
    const States = {
      ...parallel([branch('A', wait(60)), late], { End: undefined, Next: 'Done' }).States,
      Done: { Type: 'Wait', Seconds: 120, End: true },
    };
    Object.assign(States.P, { Catch: [{ ErrorEquals: ['E'], Next: 'Done' }] });
    const execution = await run({ States });
    expect(secondsOf(execution, 'WaitStateExited')).toEqual([5, 125]);
    expect(execution.ending.output?.value).toEqual({ Error: 'E', Cause: 'because' });
  });

  test('can be retried, with all branches again', async () => {
    let calls = 0;
    const work = async () => {
      if (++calls === 1) throw new TaskFailure('E', 'first');
      return calls;
    };
    const branches = [branch('A', { Type: 'Task', Resource: WORK }), branch('B', pass('b'))];
    expect(await output(parallel(branches, { Retry: [{ ErrorEquals: ['E'] }] }), {}, work)).toEqual([2, 'b']);
  });

  test('is recorded as the state’s failure only after the last attempt', async () => {
    const Retry = [{ ErrorEquals: ['E'], MaxAttempts: 2 }];
    const seen = types(await run(parallel([branch('A', failing)], { Retry })));
    expect(seen.filter((type) => type === 'ParallelStateStarted')).toHaveLength(3);
    expect(seen.filter((type) => type === 'ParallelStateFailed')).toHaveLength(1);
  });

  test('without Error and Cause gives the Catch null for both', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Done' }];
    const { States } = parallel([branch('A', { Type: 'Fail', End: undefined })], { Catch });
    expect(await output({ States: { ...States, Done: { Type: 'Succeed' } } })).toEqual({ Error: null, Cause: null });
  });
});

describe('variables', () => {
  const around = (inner: object, after: object) => ({
    States: {
      Before: { Type: 'Pass', Assign: { outer: 1 }, Next: 'P' },
      P: { Type: 'Parallel', Branches: [{ StartAt: 'A', States: inner }], Next: 'After' },
      After: { Type: 'Pass', End: true, ...after },
    },
  });

  test('a branch reads the variables of outer scopes', async () => {
    expect(await output(around({ A: { Type: 'Pass', Output: '{% $outer %}', End: true } }, {}))).toEqual([1]);
  });

  test('variables of a branch do not exist after it', async () => {
    const inner = { A: { Type: 'Pass', Assign: { own: 2 }, End: true } };
    expect((await run(around(inner, { Output: '{% $own %}' }))).ending.error).toBe('States.QueryEvaluationError');
  });

  test('a branch does not see the variables of another', async () => {
    const setting = {
      StartAt: 'A',
      States: { A: { Type: 'Pass', Assign: { n: 1 }, Next: 'A2' }, A2: { Type: 'Pass', End: true } },
    };
    const reading = {
      StartAt: 'B',
      States: {
        B: { Type: 'Wait', Seconds: 5, Next: 'B2' },
        B2: { Type: 'Pass', Output: "{% $exists($n) ? 'seen' : 'unseen' %}", End: true },
      },
    };
    expect(await output(parallel([setting, reading]), 0)).toEqual([0, 'unseen']);
  });
});
