import { expect, test } from 'vitest';
import { DescribeExecution } from '../../../src/states/actions/DescribeExecution.ts';
import { TestAccount } from '../account.ts';

const executionArn = 'arn:aws:states:eu-west-1:000000000000:execution:m:e';
const caller = { arn: 'arn:aws:iam::000000000000:user/ana' };

const described = async (state: object, seconds: number) => {
  const account = new TestAccount();
  account.start({ States: { A: state } }, { a: 1 });
  await account.pass(seconds);
  return DescribeExecution.run(account.states, { executionArn }, caller);
};

test('a running execution has no output and no stopDate', async () => {
  expect(await described({ Type: 'Wait', Seconds: 60, End: true }, 10)).toEqual({
    executionArn,
    stateMachineArn: 'arn:aws:states:eu-west-1:000000000000:stateMachine:m',
    name: 'e',
    status: 'RUNNING',
    startDate: 1767225600,
    input: '{"a":1}',
    inputDetails: { included: true },
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
  });
});

test('a succeeded execution has its output as text', async () => {
  expect(await described({ Type: 'Wait', Seconds: 5, End: true }, 10)).toMatchObject({
    status: 'SUCCEEDED',
    stopDate: 1767225605,
    output: '{"a":1}',
  });
});

test('a failed execution has error and cause', async () => {
  expect(await described({ Type: 'Fail', Error: 'E', Cause: 'c' }, 1)).toMatchObject({
    status: 'FAILED',
    error: 'E',
    cause: 'c',
    redriveStatus: 'REDRIVABLE',
  });
});

test('an unknown execution is refused with ExecutionDoesNotExist', () => {
  expect(() => DescribeExecution.run(new TestAccount().states, { executionArn }, caller)).toThrow(
    expect.objectContaining({ code: 'ExecutionDoesNotExist' }),
  );
});
