import { expect, test } from 'vitest';
import { StopExecution } from '../../../src/states/actions/StopExecution.ts';
import { TestAccount } from '../account.ts';

const executionArn = 'arn:aws:states:eu-west-1:000000000000:execution:m:e';
const caller = { arn: 'arn:aws:iam::000000000000:user/ana' };
const waiting = { States: { W: { Type: 'Wait', Seconds: 60, End: true } } };

test('ends the execution as ABORTED, with error and cause', async () => {
  const account = new TestAccount();
  const execution = account.start(waiting);
  await account.pass(10);
  const stopped = await StopExecution.run(account.states, { executionArn, error: 'E', cause: 'c' }, caller);
  expect(stopped).toEqual({ stopDate: 1767225610 });
  expect([execution.status, execution.ending]).toEqual(['ABORTED', { error: 'E', cause: 'c' }]);
});

test('an ended execution is not changed', async () => {
  const account = new TestAccount();
  const execution = account.start(waiting);
  await account.pass(100);
  expect(await StopExecution.run(account.states, { executionArn }, caller)).toEqual({ stopDate: 1767225660 });
  expect(execution.status).toBe('SUCCEEDED');
});
