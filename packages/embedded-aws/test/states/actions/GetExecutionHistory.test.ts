import { expect, test } from 'vitest';
import { GetExecutionHistory } from '../../../src/states/actions/GetExecutionHistory.ts';
import { TestAccount, WORK } from '../account.ts';

const executionArn = 'arn:aws:states:eu-west-1:000000000000:execution:m:e';
const caller = { arn: 'arn:aws:iam::000000000000:user/ana' };

const history = async (request: object = {}) => {
  const account = new TestAccount();
  account.start({ States: { A: { Type: 'Task', Resource: WORK, Assign: { x: 1 }, End: true } } }, { secret: 1 });
  await account.pass(1);
  return GetExecutionHistory.run(account.states, { executionArn, ...request }, caller);
};
const ids = async (request: object) => (await history(request)).events.map(({ id }) => id);

test('returns the events in order', async () => {
  expect(await ids({})).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('returns the last event first with reverseOrder', async () => {
  expect(await ids({ reverseOrder: true })).toEqual([7, 6, 5, 4, 3, 2, 1]);
});

test('returns pages', async () => {
  const { events, nextToken } = await history({ maxResults: 4 });
  expect(events).toHaveLength(4);
  expect(await ids({ maxResults: 4, nextToken })).toEqual([5, 6, 7]);
});

test('returns pages in reverse order', async () => {
  const { nextToken } = await history({ maxResults: 4, reverseOrder: true });
  expect(await ids({ nextToken, reverseOrder: true })).toEqual([3, 2, 1]);
});

test('leaves out every document without execution data', async () => {
  const { events } = await history({ includeExecutionData: false });
  expect(JSON.stringify(events)).not.toContain('secret');
  expect(events[5]?.stateExitedEventDetails).toEqual({ name: 'A' });
});
