import { expect, test } from 'vitest';
import { DescribeExecution } from '../../../src/states/actions/DescribeExecution.ts';
import { ListExecutions } from '../../../src/states/actions/ListExecutions.ts';
import { RedriveExecution } from '../../../src/states/actions/RedriveExecution.ts';
import { TestAccount, types } from '../account.ts';

const machine = { States: { One: { Type: 'Wait', Seconds: 60, End: true } } };
const stateMachineArn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:m';
const executionArn = 'arn:aws:states:eu-west-1:000000000000:execution:m:e';
const caller = { arn: 'arn:aws:iam::000000000000:user/ana' };

test('an execution that is deleted with its machine fails, and no action finds it any more', async () => {
  const account = new TestAccount();
  const execution = account.start(machine, {});
  execution.delete();
  expect(execution.ending).toEqual({ error: 'States.Runtime', cause: 'State machine m has been deleted.' });
  expect(types(execution).at(-1)).toBe('ExecutionFailed');
  for (const action of [DescribeExecution, RedriveExecution])
    expect(() => action.run(account.states, { executionArn }, caller)).toThrow('Execution Does Not Exist');
  expect(await ListExecutions.run(account.states, { stateMachineArn }, caller)).toEqual({ executions: [] });
});

test('an execution that reaches its time limit can be redriven', async () => {
  const account = new TestAccount();
  const execution = account.start(machine, {});
  execution.timeOut();
  expect([execution.status, execution.ending]).toEqual(['TIMED_OUT', { error: 'States.Timeout' }]);
  await RedriveExecution.run(account.states, { executionArn }, caller);
  expect(execution.status).toBe('RUNNING');
});
