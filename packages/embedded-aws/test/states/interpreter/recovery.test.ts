import { describe, expect, test } from 'vitest';
import type { Integration } from '../../../src/states/interpreter/integration.ts';
import { matches } from '../../../src/states/interpreter/recovery.ts';
import { StateFailure, TaskFailure, TaskTimeout } from '../../../src/states/interpreter/state-failure.ts';
import { output, run, secondsOf, TestAccount, types, WORK } from '../account.ts';

/** Returns work that fails once per name and then succeeds. */
const failing = (...errors: string[]): Integration => {
  const left = [...errors];
  return async () => {
    const error = left.shift();
    if (error) throw new TaskFailure(error, 'because');
    return 'done';
  };
};
const task = (fields: object) => ({ A: { Type: 'Task', Resource: WORK, End: true, ...fields } });

describe('Retry', () => {
  test('waits IntervalSeconds, then BackoffRate times the previous delay', async () => {
    const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3 }];
    const execution = await run({ States: task({ Retry }) }, {}, failing('E', 'E', 'E'));
    expect(secondsOf(execution, 'TaskScheduled')).toEqual([0, 2, 8, 26]);
  });

  test('waits at most MaxDelaySeconds', async () => {
    const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 5 }];
    const execution = await run({ States: task({ Retry }) }, {}, failing('E', 'E', 'E'));
    expect(secondsOf(execution, 'TaskScheduled')).toEqual([0, 2, 7, 12]);
  });

  test('makes three attempts after 1, 2 and 4 seconds by default', async () => {
    const execution = await run({ States: task({ Retry: [{ ErrorEquals: ['E'] }] }) }, {}, failing('E', 'E', 'E', 'E'));
    expect(secondsOf(execution, 'TaskScheduled')).toEqual([0, 1, 3, 7]);
    expect(execution.status).toBe('FAILED');
  });

  test('does not retry with MaxAttempts 0', async () => {
    const execution = await run(
      { States: task({ Retry: [{ ErrorEquals: ['E'], MaxAttempts: 0 }] }) },
      {},
      failing('E'),
    );
    expect(types(execution).filter((type) => type === 'TaskScheduled')).toHaveLength(1);
  });

  test('waits a random part of the delay with full jitter, the same for the same seed', async () => {
    const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 100, JitterStrategy: 'FULL' }];
    const [, first = 0] = secondsOf(await run({ States: task({ Retry }) }, {}, failing('E')), 'TaskScheduled');
    const [, second] = secondsOf(await run({ States: task({ Retry }) }, {}, failing('E')), 'TaskScheduled');
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(100);
    expect(first).toBe(second);
  });

  test('counts attempts per retrier', async () => {
    const Retry = [
      { ErrorEquals: ['E'], MaxAttempts: 1 },
      { ErrorEquals: ['F'], MaxAttempts: 1 },
    ];
    expect(await output({ States: task({ Retry }) }, {}, failing('E', 'F'))).toBe('done');
    expect((await run({ States: task({ Retry }) }, {}, failing('E', 'F', 'E'))).ending.error).toBe('E');
  });

  test('uses the first retrier that matches', async () => {
    const Retry = [{ ErrorEquals: ['E'], MaxAttempts: 1 }, { ErrorEquals: ['States.ALL'] }];
    expect((await run({ States: task({ Retry }) }, {}, failing('E', 'E'))).status).toBe('FAILED');
  });

  test('counts from zero when the state is entered again', async () => {
    const looping = {
      Count: { Type: 'Pass', Assign: { n: 0 }, Next: 'Try' },
      Try: {
        Type: 'Task',
        Resource: WORK,
        Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }],
        Assign: { n: '{% $n + 1 %}' },
        Next: 'Again',
      },
      Again: { Type: 'Choice', Choices: [{ Condition: '{% $n < 2 %}', Next: 'Try' }], Default: 'End' },
      End: { Type: 'Succeed' },
    };
    let calls = 0;
    const work: Integration = async () => {
      if (++calls % 2 === 1) throw new TaskFailure('E', 'every odd call');
    };
    expect((await run({ States: looping }, {}, work)).status).toBe('SUCCEEDED');
  });

  test('counts the retries in RetryCount of the context', async () => {
    const seen: unknown[] = [];
    const work: Integration = async ({ arguments: given }) => {
      seen.push(given);
      if (seen.length < 3) throw new TaskFailure('E', '');
      return seen;
    };
    const States = task({ Arguments: '{% $states.context.State.RetryCount %}', Retry: [{ ErrorEquals: ['E'] }] });
    expect(await output({ States }, {}, work)).toEqual([0, 1, 2]);
  });

  test('retries the whole task after a failing Output', async () => {
    let call = 0;
    const work: Integration = async () => (++call < 2 ? {} : { v: 1 });
    const Retry = [{ ErrorEquals: ['States.QueryEvaluationError'] }];
    expect(await output({ States: task({ Output: '{% $states.result.v %}', Retry }) }, {}, work)).toBe(1);
  });

  test('counts each retry as a transition', async () => {
    const execution = await run({ States: task({ Retry: [{ ErrorEquals: ['E'] }] }) }, {}, failing('E', 'E'));
    expect(execution.transitions).toBe(3);
  });
});

describe('Catch', () => {
  const handled = (fields: object) => ({
    A: { Type: 'Task', Resource: WORK, Next: 'End', Catch: [{ ErrorEquals: ['E'], Next: 'Handle', ...fields }] },
    Handle: { Type: 'Pass', End: true },
    End: { Type: 'Succeed' },
  });

  test('passes Error and Cause to the next state', async () => {
    expect(await output({ States: handled({}) }, {}, failing('E'))).toEqual({ Error: 'E', Cause: 'because' });
  });

  test('can read $states.errorOutput and the input in Output', async () => {
    const Output = { why: '{% $states.errorOutput.Cause %}', n: '{% $states.input.n %}' };
    expect(await output({ States: handled({ Output }) }, { n: 1 }, failing('E'))).toEqual({ why: 'because', n: 1 });
  });

  test('has its own Assign', async () => {
    const States = {
      ...handled({ Assign: { error: '{% $states.errorOutput.Error %}' } }),
      Handle: { Type: 'Pass', Output: '{% $error %}', End: true },
    };
    expect(await output({ States }, {}, failing('E'))).toBe('E');
  });

  test('applies after the retries', async () => {
    const States = { ...handled({}) };
    States.A = { ...States.A, Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }] } as typeof States.A;
    const execution = await run({ States }, {}, failing('E', 'E'));
    expect(secondsOf(execution, 'TaskStateExited')).toEqual([1]);
    expect(execution.status).toBe('SUCCEEDED');
  });

  test('records the exit of the state with the error as output', async () => {
    const execution = await run({ States: handled({}) }, {}, failing('E'));
    const exit = execution.history.find(({ type }) => type === 'TaskStateExited');
    expect(exit?.stateExitedEventDetails?.output).toBe('{"Error":"E","Cause":"because"}');
  });

  test('catches a failed evaluation', async () => {
    const States = handled({ ErrorEquals: ['States.QueryEvaluationError'], Output: 'caught' });
    States.A = { ...States.A, Arguments: '{% $states.input.absent %}' } as typeof States.A;
    expect(await output({ States })).toBe('caught');
  });

  test('does not catch a failure in the catcher itself', async () => {
    const Catch = [
      { ErrorEquals: ['E'], Next: 'End', Output: '{% $states.input.absent %}' },
      { ErrorEquals: ['States.ALL'], Next: 'End' },
    ];
    const States = { A: { Type: 'Task', Resource: WORK, Next: 'End', Catch }, End: { Type: 'Succeed' } };
    expect((await run({ States }, {}, failing('E'))).ending.error).toBe('States.QueryEvaluationError');
  });

  test('an uncaught failure fails the execution', async () => {
    const { status, ending } = await run({ States: handled({}) }, {}, failing('F'));
    expect([status, ending]).toEqual(['FAILED', { error: 'F', cause: 'because' }]);
  });

  test('a bug in an integration is States.Runtime, which no Catch matches', async () => {
    const work: Integration = async () => {
      throw new TypeError('slip');
    };
    const { ending } = await run({ States: handled({ ErrorEquals: ['States.ALL'] }) }, {}, work);
    expect(ending).toMatchObject({ error: 'States.Runtime', cause: expect.stringContaining('slip') });
  });
});

describe('names', () => {
  const failure = (error: string | undefined) => new StateFailure(error);
  test.each([
    [['E'], failure('E'), true],
    [['E'], failure('F'), false],
    [['States.ALL'], failure('E'), true],
    [['States.ALL'], failure('States.Timeout'), true],
    [['States.ALL'], failure('States.DataLimitExceeded'), true],
    [['States.ALL'], failure('States.Runtime'), false],
    [['States.Runtime'], failure('States.Runtime'), false],
    [['States.DataLimitExceeded'], failure('States.DataLimitExceeded'), true],
    [['States.ALL'], failure(undefined), true],
    [['undefined'], failure(undefined), false],
    [['States.TaskFailed'], failure('E'), true],
    [['States.TaskFailed'], failure('States.Timeout'), false],
    [['States.TaskFailed'], failure('States.DataLimitExceeded'), false],
    [['States.Timeout'], new TaskTimeout('TimeoutSeconds'), true],
    [['States.HeartbeatTimeout'], new TaskTimeout('TimeoutSeconds'), false],
    [['States.HeartbeatTimeout'], new TaskTimeout('HeartbeatSeconds'), true],
    [['States.Timeout'], new TaskTimeout('HeartbeatSeconds'), true],
    [['States.TaskFailed'], new TaskTimeout('HeartbeatSeconds'), false],
  ] as const)('%j matches %s: %s', (errorEquals, given, expected) => {
    expect(matches(errorEquals, given)).toBe(expected);
  });
});

test('Stop interrupts the delay before a retry', async () => {
  const account = new TestAccount(failing('E'));
  const execution = account.start({ States: task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 60 }] }) });
  await account.pass(30);
  execution.end('ABORTED', {});
  await account.pass(60);
  expect(types(execution).at(-1)).toBe('ExecutionAborted');
});
