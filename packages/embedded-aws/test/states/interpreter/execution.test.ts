import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { payload } from '../../../src/states/interpreter/payload.ts';
import { run, START, secondsOf, TestAccount, types, WORK } from '../account.ts';

const catching = {
  A: { Type: 'Task', Resource: WORK, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Handle' }], Next: 'Handle' },
  Handle: { Type: 'Pass', End: true },
};

const running = async (fields: object = {}) => {
  const account = new TestAccount(() => new Promise(() => {}));
  const execution = account.start({ States: catching, ...fields });
  await account.pass(10);
  return { account, execution };
};

describe('Stop', () => {
  test('runs no Catch', async () => {
    const { account, execution } = await running();
    execution.end('ABORTED', { error: 'Operator', cause: 'wrong phase' });
    await account.pass(60);
    expect(types(execution)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'ExecutionAborted',
    ]);
  });

  test('records error and cause, and no previous event', async () => {
    const { execution } = await running();
    execution.end('ABORTED', { error: 'Operator', cause: 'wrong phase' });
    expect(execution.history.at(-1)).toMatchObject({
      previousEventId: 0,
      executionAbortedEventDetails: { error: 'Operator', cause: 'wrong phase' },
    });
  });

  test('ends branches too, without events of the branches', async () => {
    const account = new TestAccount();
    const branch = (name: string) => ({ StartAt: name, States: { [name]: { Type: 'Wait', Seconds: 60, End: true } } });
    const P = { Type: 'Parallel', Branches: [branch('B'), branch('C')], End: true };
    const execution = account.start({ States: { P } });
    await account.pass(10);
    execution.end('ABORTED', {});
    await account.pass(100);
    expect(types(execution).at(-1)).toBe('ExecutionAborted');
  });

  test('aborts the signal of the integration', async () => {
    const signals: AbortSignal[] = [];
    const account = new TestAccount(({ signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    const execution = account.start({ States: catching });
    await account.pass(10);
    execution.end('ABORTED', {});
    expect(signals[0]?.aborted).toBe(true);
  });

  test('is the last event, also if the task succeeds at the same instant', async () => {
    let token = '';
    const account = new TestAccount(async (call) => {
      token = call.token ?? '';
    });
    const Ask = { Type: 'Task', Resource: `${WORK}.waitForTaskToken`, End: true };
    const execution = account.start({ States: { Ask } });
    await account.pass(10);
    account.states.account.tokens.task(token).succeed(payload('done'));
    execution.end('ABORTED', {});
    await account.pass(10);
    expect(types(execution).at(-1)).toBe('ExecutionAborted');
  });

  test('does not change an ended execution', async () => {
    const execution = await run({ States: { A: { Type: 'Succeed' } } });
    execution.end('ABORTED', {});
    expect(execution.status).toBe('SUCCEEDED');
  });
});

describe('TimeoutSeconds of the machine', () => {
  test('ends the execution as TIMED_OUT, and runs no Catch', async () => {
    const { account, execution } = await running({ TimeoutSeconds: 30 });
    await account.pass(60);
    expect(execution.status).toBe('TIMED_OUT');
    expect(types(execution).slice(-2)).toEqual(['TaskStarted', 'ExecutionTimedOut']);
    expect(secondsOf(execution, 'ExecutionTimedOut')).toEqual([30]);
  });

  test('does not change an execution that ended in time', async () => {
    const account = new TestAccount();
    const execution = account.start({ States: { A: { Type: 'Succeed' } }, TimeoutSeconds: 30 });
    await account.pass(60);
    expect(execution.status).toBe('SUCCEEDED');
  });
});

describe('the history', () => {
  test('of 25,000 events fails the execution', async () => {
    const States = { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } };
    const execution = await run({ States });
    expect(execution.history).toHaveLength(25_000);
    expect(execution.ending).toEqual({
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
  });

  test('reaches its limit in a branch too: the execution fails without any Catch', async () => {
    const loop = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } };
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Handle' }];
    const P = { Type: 'Parallel', Branches: [loop], Catch, Next: 'Handle' };
    const { ending } = await run({ States: { P, Handle: { Type: 'Succeed' } } });
    expect(ending.error).toBe('States.Runtime');
  });

  test('is reported to watchers event by event', async () => {
    const account = new TestAccount();
    const { finished } = account.start({ States: { A: { Type: 'Pass', Output: 1, End: true } } });
    await finished;
    const about = { service: 'states', execution: 'arn:aws:states:eu-west-1:000000000000:execution:m:e', machine: 'm' };
    expect(account.happenings).toEqual([
      { ...about, event: 'ExecutionStarted' },
      { ...about, event: 'PassStateEntered', state: 'A', name: 'A' },
      { ...about, event: 'PassStateExited', state: 'A', name: 'A', output: '1' },
      { ...about, event: 'ExecutionSucceeded', output: '1' },
    ]);
  });
});

test('transitions are the number of entered states', async () => {
  const States = { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'C' }, C: { Type: 'Succeed' } };
  expect((await run({ States })).transitions).toBe(3);
});

/** A clock that counts its holds. */
class WatchedClock extends VirtualClock {
  holders = 0;
  override hold() {
    const release = super.hold();
    let held = true;
    this.holders += 1;
    return () => {
      if (held) this.holders -= 1;
      held = false;
      release();
    };
  }
}

describe('the clock', () => {
  const branch = (name: string) => ({ StartAt: name, States: { [name]: { Type: 'Wait', Seconds: 60, End: true } } });
  const definition = { States: { P: { Type: 'Parallel', Branches: [branch('B'), branch('C')], End: true } } };

  test('is held while states compute', () => {
    const clock = new WatchedClock(START);
    new TestAccount(undefined, 1, clock).start(definition);
    expect(clock.holders).toBeGreaterThan(0);
  });

  test('is released while all branches wait', async () => {
    const clock = new WatchedClock(START);
    new TestAccount(undefined, 1, clock).start(definition);
    await clock.run(START + 10_000);
    expect(clock.holders).toBe(0);
  });

  test.each(['SUCCEEDED', 'ABORTED'] as const)('is released when the execution has %s', async (status) => {
    const clock = new WatchedClock(START);
    const execution = new TestAccount(undefined, 1, clock).start(definition);
    await clock.run(START + 10_000);
    execution.end(status, {});
    await clock.run(START + 20_000);
    expect(clock.holders).toBe(0);
  });
});

test('the clock runs on after the execution has ended', async () => {
  const account = new TestAccount();
  const execution = account.start({ States: { A: { Type: 'Fail', Error: 'E' } } });
  await account.pass(5);
  expect(execution.stoppedAt).toBe(START);
  expect(account.clock.now()).toBe(START + 5000);
});
