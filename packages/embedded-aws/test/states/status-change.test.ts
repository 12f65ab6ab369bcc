import { expect, test } from 'vitest';
import { payload } from '../../src/states/interpreter/payload.ts';
import { statusChange } from '../../src/states/status-change.ts';
import { START, TestAccount } from './account.ts';

const waiting = { States: { W: { Type: 'Wait', Seconds: 5, Output: { a: 1 }, End: true } } };

/** Returns the events of an execution's life. */
async function changes(definition: Parameters<TestAccount['create']>[0], input: unknown = {}) {
  const account = new TestAccount();
  const events: ReturnType<typeof statusChange>[] = [];
  Object.assign(account.states.account, { changed: (one: never) => events.push(statusChange(one)) });
  const execution = account.states.start(account.create(definition), 'e', payload(input));
  await account.pass(10);
  return { account, execution, events };
}

test('an execution sends an event at its start and one at its end, with the fields of the documented event', async () => {
  const { events } = await changes(waiting, { of: 'ana' });
  const common = {
    executionArn: 'arn:aws:states:eu-west-1:000000000000:execution:m:e',
    stateMachineArn: 'arn:aws:states:eu-west-1:000000000000:stateMachine:m',
    name: 'e',
    startDate: START,
    input: '{"of":"ana"}',
    inputDetails: { included: true },
  };
  expect(events.map(({ detail }) => detail)).toEqual([
    { ...common, status: 'RUNNING', stopDate: null, output: null, outputDetails: null },
    { ...common, status: 'SUCCEEDED', stopDate: START + 5000, output: '{"a":1}', outputDetails: { included: true } },
  ]);
});

test('a failed execution sends FAILED, and RUNNING again when it is redriven', async () => {
  const { account, execution, events } = await changes({ States: { F: { Type: 'Fail', Error: 'No' } } });
  account.states.redrive(execution);
  await account.pass(1);
  expect(events.map(({ detail }) => detail['status'])).toEqual(['RUNNING', 'FAILED', 'RUNNING', 'FAILED']);
});

test('input of more than 248 KiB is left out', async () => {
  const { events } = await changes(waiting, 'a'.repeat(248 * 1024));
  expect(events[0]?.detail).toMatchObject({ input: null, inputDetails: { included: false } });
});
