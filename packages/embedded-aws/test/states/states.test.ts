import { expect, test } from 'vitest';
import { statesActions } from '../../src/states/actions.ts';
import { TestAccount } from './account.ts';

const passing = { States: { A: { Type: 'Pass', End: true } } };

test('the actions have the names of AWS', () => {
  expect(Object.keys(statesActions)).toEqual([
    'DescribeExecution',
    'DescribeStateMachine',
    'DescribeStateMachineForExecution',
    'GetExecutionHistory',
    'ListExecutions',
    'ListStateMachines',
    'RedriveExecution',
    'SendTaskFailure',
    'SendTaskHeartbeat',
    'SendTaskSuccess',
    'StartExecution',
    'StopExecution',
  ]);
});

test('executions are looked up by ARN', () => {
  const account = new TestAccount();
  const execution = account.start(passing);
  expect(account.states.executions.get('arn:aws:states:eu-west-1:000000000000:execution:m:e')).toBe(execution);
});

test('a running execution keeps the definition that it started with', async () => {
  const account = new TestAccount();
  const execution = account.start({
    States: { W: { Type: 'Wait', Seconds: 5, Next: 'Old' }, Old: { Type: 'Pass', Output: 'old', End: true } },
  });
  account.create(passing);
  await account.pass(10);
  expect(execution.ending.output?.value).toBe('old');
});
