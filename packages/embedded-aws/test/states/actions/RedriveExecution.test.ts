import { describe, expect, test } from 'vitest';
import { DescribeExecution } from '../../../src/states/actions/DescribeExecution.ts';
import { RedriveExecution } from '../../../src/states/actions/RedriveExecution.ts';
import type { Integration } from '../../../src/states/interpreter/integration.ts';
import { TaskFailure } from '../../../src/states/interpreter/state-failure.ts';
import { TestAccount, types, WORK } from '../account.ts';

const executionArn = 'arn:aws:states:eu-west-1:000000000000:execution:m:e';
const caller = { arn: 'arn:aws:iam::000000000000:user/ana' };
const two = {
  TimeoutSeconds: 100,
  States: {
    One: { Type: 'Pass', Assign: { kept: '{% $states.input.a %}' }, Next: 'Two' },
    Two: {
      Type: 'Task',
      Resource: WORK,
      Arguments: { kept: '{% $kept %}', redriven: '{% $states.context.Execution.RedriveCount %}' },
      End: true,
    },
  },
};

/** Starts an execution whose second state fails once. */
async function failedOnce() {
  let calls = 0;
  const work: Integration = async (call) => {
    calls += 1;
    if (calls === 1) throw new TaskFailure('Broken', 'once');
    return call.arguments;
  };
  const account = new TestAccount(work);
  const execution = account.start(two, { a: 7 });
  await account.pass(1);
  return { account, execution };
}

test('continues with the state that failed, with its input, variables and the number of redrives', async () => {
  const { account, execution } = await failedOnce();
  const before = execution.status;
  await RedriveExecution.run(account.states, { executionArn }, caller);
  await account.pass(1);
  expect([before, execution.status]).toEqual(['FAILED', 'SUCCEEDED']);
  expect(execution.ending.output?.value).toEqual({ kept: 7, redriven: 1 });
  expect(types(execution).filter((type) => /Entered|Execution/.test(type ?? ''))).toEqual([
    'ExecutionStarted',
    'PassStateEntered',
    'TaskStateEntered',
    'ExecutionFailed',
    'ExecutionRedriven',
    'TaskStateEntered',
    'ExecutionSucceeded',
  ]);
});

test('begins the time limit of the execution anew', async () => {
  const account = new TestAccount(() => new Promise(() => {}));
  const execution = account.start(two, { a: 7 });
  await account.pass(100);
  const first = execution.status;
  await RedriveExecution.run(account.states, { executionArn }, caller);
  await account.pass(99);
  const again = execution.status;
  await account.pass(1);
  expect([first, again, execution.status]).toEqual(['TIMED_OUT', 'RUNNING', 'TIMED_OUT']);
});

test('is counted in the description', async () => {
  const { account } = await failedOnce();
  await RedriveExecution.run(account.states, { executionArn }, caller);
  const { redriveCount } = await DescribeExecution.run(account.states, { executionArn }, caller);
  expect(redriveCount).toBe(1);
});

describe('is refused', () => {
  const refusal = async (account: TestAccount) => {
    try {
      return await RedriveExecution.run(account.states, { executionArn }, caller);
    } catch (error) {
      return error;
    }
  };

  test('while the execution runs', async () => {
    const account = new TestAccount(() => new Promise(() => {}));
    account.start(two, { a: 7 });
    await account.pass(1);
    expect(await refusal(account)).toMatchObject({
      code: 'ExecutionNotRedrivable',
      message: 'Execution is RUNNING and cannot be redriven',
    });
  });

  test('after 14 days', async () => {
    const { account } = await failedOnce();
    await account.pass(14 * 86_400 + 10);
    expect(await refusal(account)).toMatchObject({ code: 'ExecutionNotRedrivable' });
  });
});
