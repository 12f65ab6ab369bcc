import { expect, test } from 'vitest';
import { DescribeStateMachine } from '../../../src/states/actions/DescribeStateMachine.ts';
import { DescribeStateMachineForExecution } from '../../../src/states/actions/DescribeStateMachineForExecution.ts';
import { ListStateMachines } from '../../../src/states/actions/ListStateMachines.ts';
import { TestAccount } from '../account.ts';

const stateMachineArn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:m';
const caller = { arn: 'arn:aws:iam::000000000000:user/ana' };
const passing = { States: { A: { Type: 'Pass', End: true } } };

test('DescribeStateMachine returns the definition as it was created', async () => {
  const account = new TestAccount();
  account.create(passing);
  expect(await DescribeStateMachine.run(account.states, { stateMachineArn }, caller)).toEqual({
    stateMachineArn,
    name: 'm',
    status: 'ACTIVE',
    definition: '{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
    roleArn: 'arn:aws:iam::000000000000:role/r',
    type: 'STANDARD',
    creationDate: 1767225600,
  });
});

test('ListStateMachines lists machines in the order of their creation', async () => {
  const account = new TestAccount();
  account.create(passing, 'a');
  account.create(passing, 'b');
  const { stateMachines } = await ListStateMachines.run(account.states, {}, caller);
  expect(stateMachines.map(({ name }) => name)).toEqual(['a', 'b']);
});

test('DescribeStateMachineForExecution returns the definition that the execution started with', async () => {
  const account = new TestAccount();
  const { arn } = account.start({ States: { Old: { Type: 'Wait', Seconds: 60, End: true } } });
  account.create({ States: { New: { Type: 'Pass', End: true } } });
  const { definition } = await DescribeStateMachineForExecution.run(account.states, { executionArn: arn }, caller);
  expect(definition).toContain('Old');
});
