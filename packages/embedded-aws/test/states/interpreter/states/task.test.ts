import { describe, expect, test } from 'vitest';
import type { Integration, TaskCall } from '../../../../src/states/interpreter/integration.ts';
import { payload } from '../../../../src/states/interpreter/payload.ts';
import { StateFailure, TaskFailure } from '../../../../src/states/interpreter/state-failure.ts';
import { output, run, START, secondsOf, TestAccount, types, WORK } from '../../account.ts';

const task = (fields: object = {}) => ({ States: { A: { Type: 'Task', Resource: WORK, End: true, ...fields } } });
const never: Integration = () => new Promise(() => {});

describe('a task', () => {
  test('receives its Arguments and outputs its result', async () => {
    const work: Integration = async (call) => ({ got: call.arguments });
    const Arguments = { name: 'f', n: '{% $states.input.n %}' };
    expect(await output(task({ Arguments }), { n: 1 }, work)).toEqual({ got: { name: 'f', n: 1 } });
  });

  test('receives the input if it has no Arguments', async () => {
    expect(await output(task(), { n: 1 })).toEqual({ n: 1 });
  });

  test('Output and Assign read $states.result', async () => {
    const States = {
      A: {
        Type: 'Task',
        Resource: WORK,
        Output: '{% $states.result.a %}',
        Assign: { b: '{% $states.result.b %}' },
        Next: 'B',
      },
      B: { Type: 'Pass', Output: '{% [$states.input, $b] %}', End: true },
    };
    expect(await output({ States }, {}, async () => ({ a: 1, b: 2 }))).toEqual([1, 2]);
  });

  test('is called in the machine’s role, for this execution', async () => {
    const calls: TaskCall[] = [];
    await run(task(), {}, async (call) => calls.push(call));
    const role = 'arn:aws:iam::000000000000:role/r';
    expect(calls[0]).toMatchObject({
      caller: { arn: role, role },
      executionArn: 'arn:aws:states:eu-west-1:000000000000:execution:m:e',
    });
  });

  test('outputs null if there is no result', async () => {
    expect(await output(task(), {}, async () => undefined)).toBeNull();
  });

  test('takes the time of its integration', async () => {
    const account: TestAccount = new TestAccount(async () => {
      await new Promise<void>((resolve) => account.clock.at(account.clock.now() + 5000, resolve));
    });
    const execution = account.start(task());
    await account.pass(60);
    expect(secondsOf(execution, 'TaskSucceeded')).toEqual([5]);
  });

  test('has the events of AWS', async () => {
    const { history } = await run(task({ TimeoutSeconds: 9 }), { a: 1 });
    const resource = { resourceType: 'lambda', resource: 'invoke' };
    const details = { ...resource, region: 'eu-west-1', parameters: '{"a":1}', timeoutInSeconds: 9 };
    expect(history.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(history[2]).toMatchObject({ id: 3, previousEventId: 2, taskScheduledEventDetails: details });
    expect(history[3]?.taskStartedEventDetails).toEqual(resource);
    expect(history[4]?.taskSucceededEventDetails).toEqual({
      ...resource,
      output: '{"a":1}',
      outputDetails: { truncated: false },
    });
  });

  test('that fails records TaskFailed with error and cause', async () => {
    const { history } = await run(task(), {}, async () => {
      throw new TaskFailure('FleetBusy', 'held by another');
    });
    expect(history[4]?.taskFailedEventDetails).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      error: 'FleetBusy',
      cause: 'held by another',
    });
  });

  test('with a result over 256 KiB fails with States.DataLimitExceeded', async () => {
    const execution = await run(task(), {}, async () => 'x'.repeat(262_143));
    expect(execution.ending.error).toBe('States.DataLimitExceeded');
    expect(types(execution)[4]).toBe('TaskFailed');
  });
});

describe('TimeoutSeconds', () => {
  test('ends the task with States.Timeout, without a cause', async () => {
    const execution = await run(task({ TimeoutSeconds: 30 }), {}, never);
    expect(secondsOf(execution, 'TaskTimedOut')).toEqual([30]);
    expect(execution.ending).toEqual({ error: 'States.Timeout', cause: undefined });
  });

  test('may be an expression', async () => {
    const fields = { TimeoutSeconds: '{% $states.input.limit %}' };
    expect(secondsOf(await run(task(fields), { limit: 7 }, never), 'TaskTimedOut')).toEqual([7]);
  });

  test('of 0 from an expression fails the state', async () => {
    const { ending } = await run(task({ TimeoutSeconds: '{% 0 %}' }), {}, never);
    expect(ending.error).toBe('States.QueryEvaluationError');
  });

  test('starts again for each attempt', async () => {
    const Retry = [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1, IntervalSeconds: 5 }];
    expect(secondsOf(await run(task({ TimeoutSeconds: 10, Retry }), {}, never), 'TaskTimedOut')).toEqual([10, 25]);
  });

  test('passes an empty Cause to its Catch', async () => {
    const Catch = [{ ErrorEquals: ['States.Timeout'], Next: 'B' }];
    const A = { Type: 'Task', Resource: WORK, TimeoutSeconds: 1, Catch, Next: 'B' };
    const States = { A, B: { Type: 'Succeed' } };
    expect(await output({ States }, {}, never)).toEqual({ Error: 'States.Timeout', Cause: '' });
  });

  test('aborts the signal of the integration', async () => {
    const signals: AbortSignal[] = [];
    await run(task({ TimeoutSeconds: 1 }), {}, ({ signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    expect(signals[0]?.aborted).toBe(true);
  });

  test('ignores a later result', async () => {
    const account: TestAccount = new TestAccount(async () => {
      await new Promise<void>((resolve) => account.clock.at(account.clock.now() + 9000, resolve));
    });
    const execution = account.start(task({ TimeoutSeconds: 5 }));
    await account.pass(60);
    expect(types(execution).slice(-2)).toEqual(['TaskTimedOut', 'ExecutionFailed']);
  });
});

describe('.waitForTaskToken', () => {
  const Arguments = '{% $states.context.Task.Token %}';
  const waiting = (fields: object = {}) => task({ Resource: `${WORK}.waitForTaskToken`, Arguments, ...fields });

  /** Starts a task that waits. `token` is the token of its integration. */
  const started = async (fields: object = {}) => {
    let token = '';
    const account = new TestAccount(async (call) => {
      token = String(call.arguments);
      return 'asked';
    });
    const execution = account.start(waiting(fields));
    await account.pass(0);
    return { account, execution, token, tokens: account.states.account.tokens };
  };

  test('waits for its token after the integration has returned', async () => {
    const { account, execution } = await started();
    await account.pass(3600);
    expect(types(execution).at(-1)).toBe('TaskSubmitted');
    expect(execution.status).toBe('RUNNING');
  });

  test('the token in the context is the token of the integration', async () => {
    const tokens: unknown[] = [];
    const account = new TestAccount(async (call) => tokens.push(call.token, call.arguments));
    account.start(waiting());
    await account.pass(0);
    expect(tokens[0]).toBe(tokens[1]);
  });

  test('the result is the output sent with the token', async () => {
    const { account, execution, token, tokens } = await started();
    await account.pass(10);
    tokens.task(token).succeed(payload({ answer: 'rollback' }));
    await account.pass(0);
    expect(execution.ending.output?.value).toEqual({ answer: 'rollback' });
    expect(secondsOf(execution, 'TaskSucceeded')).toEqual([10]);
  });

  test('a failure sent with the token fails the task', async () => {
    const { account, execution, token, tokens } = await started();
    tokens.task(token).fail(new StateFailure('Refused', 'no'));
    await account.pass(0);
    expect(execution.ending).toEqual({ error: 'Refused', cause: 'no' });
  });

  test('an integration that fails fails the task, and the token is no longer valid', async () => {
    let token = '';
    const account = new TestAccount(async (call) => {
      token = call.token ?? '';
      throw new TaskFailure('E', 'e');
    });
    const execution = account.start(waiting());
    await account.pass(0);
    expect(execution.ending.error).toBe('E');
    expect(() => account.states.account.tokens.task(token)).toThrow(expect.objectContaining({ code: 'TaskTimedOut' }));
  });

  test('TimeoutSeconds ends the wait', async () => {
    const { account, execution } = await started({ TimeoutSeconds: 900 });
    await account.pass(3600);
    expect(secondsOf(execution, 'TaskTimedOut')).toEqual([900]);
  });

  test('TimeoutSeconds may be the time to a deadline, evaluated by each attempt', async () => {
    // The deadline is 900 s after the start. The retry begins at 905 s, after it, and still waits at least 60 s.
    const deadline = `${START / 1000 + 900}`;
    const { account, execution } = await started({
      TimeoutSeconds: `{% $max([60, $floor(${deadline} - $millis() / 1000)]) %}`,
      Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1, IntervalSeconds: 5 }],
    });
    await account.pass(3600);
    expect(secondsOf(execution, 'TaskTimedOut')).toEqual([900, 965]);
  });

  test('a timed-out wait continues with its Catch, and the token is no longer valid', async () => {
    const A = {
      Type: 'Task',
      Resource: `${WORK}.waitForTaskToken`,
      Arguments,
      TimeoutSeconds: '{% $states.input.seconds %}',
      Catch: [{ ErrorEquals: ['States.Timeout'], Assign: { answered: false }, Next: 'Read the decision' }],
      Next: 'Read the decision',
    };
    let token = '';
    const account = new TestAccount(async (call) => {
      token = String(call.arguments);
    });
    const States = { A, 'Read the decision': { Type: 'Pass', Output: '{% $answered %}', End: true } };
    const execution = account.start({ States }, { seconds: 900 });
    await account.pass(900);
    expect(execution.ending.output?.value).toBe(false);
    expect(() => account.states.account.tokens.task(token)).toThrow(expect.objectContaining({ code: 'TaskTimedOut' }));
  });

  test('a token is valid once', async () => {
    const { account, token, tokens } = await started();
    tokens.task(token).succeed(payload(1));
    await account.pass(0);
    expect(() => tokens.task(token)).toThrow(expect.objectContaining({ code: 'TaskTimedOut' }));
  });

  test('a token is no longer valid after the timeout', async () => {
    const { account, token, tokens } = await started({ TimeoutSeconds: 5 });
    await account.pass(6);
    expect(() => tokens.task(token)).toThrow(expect.objectContaining({ code: 'TaskTimedOut' }));
  });

  test('a token is no longer valid after Stop', async () => {
    const { execution, token, tokens } = await started();
    execution.end('ABORTED', {});
    expect(() => tokens.task(token)).toThrow(expect.objectContaining({ code: 'TaskTimedOut' }));
  });

  test('a retry has its own token', async () => {
    const seen: unknown[] = [];
    const account = new TestAccount(async (call) => {
      seen.push(call.token);
      throw new TaskFailure('E', 'e');
    });
    account.start(waiting({ Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }] }));
    await account.pass(60);
    expect(new Set(seen).size).toBe(2);
  });

  test('only the token of the retry is valid after an integration that failed', async () => {
    const tokens: string[] = [];
    const account = new TestAccount(async ({ token = '' }) => {
      tokens.push(token);
      if (tokens.length === 1) throw new TaskFailure('Lambda.TooManyRequestsException', 'Rate Exceeded.');
    });
    const execution = account.start(waiting({ Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }] }));
    await account.pass(60);
    const [first = '', second = ''] = tokens;
    expect(() => account.states.account.tokens.task(first)).toThrow(expect.objectContaining({ code: 'TaskTimedOut' }));
    account.states.account.tokens.task(second).succeed(payload('rollback'));
    await account.pass(0);
    expect(execution.ending.output?.value).toBe('rollback');
  });

  test('a result sent before the integration has returned counts', async () => {
    const account: TestAccount = new TestAccount(async ({ token = '' }) => {
      account.states.account.tokens.task(token).succeed(payload('rollback'));
      await new Promise<void>((resolve) => account.clock.at(account.clock.now() + 1000, resolve));
    });
    const execution = account.start(waiting());
    await account.pass(5);
    expect(execution.ending.output?.value).toBe('rollback');
  });

  test('no heartbeat within HeartbeatSeconds ends the wait', async () => {
    const { account, execution } = await started({ HeartbeatSeconds: 60 });
    await account.pass(3600);
    expect(secondsOf(execution, 'TaskTimedOut')).toEqual([60]);
  });

  test('a heartbeat starts HeartbeatSeconds again', async () => {
    const { account, execution, token, tokens } = await started({ HeartbeatSeconds: 60 });
    await account.pass(50);
    tokens.task(token).heartbeat();
    await account.pass(3600);
    expect(secondsOf(execution, 'TaskTimedOut')).toEqual([110]);
  });

  test('a missed heartbeat can be caught as States.HeartbeatTimeout', async () => {
    const { account, execution } = await started({
      HeartbeatSeconds: 60,
      Retry: [{ ErrorEquals: ['States.HeartbeatTimeout'], MaxAttempts: 1 }],
    });
    await account.pass(3600);
    expect(secondsOf(execution, 'TaskTimedOut')).toEqual([60, 121]);
  });
});
