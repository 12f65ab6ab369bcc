import { beforeEach, describe, expect, test } from 'vitest';
import { ListExecutions } from '../../../src/states/actions/ListExecutions.ts';
import { TestAccount } from '../account.ts';

const stateMachineArn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:m';
const caller = { arn: 'arn:aws:iam::000000000000:user/ana' };

describe('ListExecutions', () => {
  let account: TestAccount;
  const list = async (request: object = {}) =>
    ListExecutions.run(account.states, { stateMachineArn, ...request }, caller);
  const names = async (request?: object) => (await list(request)).executions.map(({ name }) => name);

  beforeEach(async () => {
    account = new TestAccount();
    for (const name of ['one', 'two', 'three']) {
      account.start({ States: { W: { Type: 'Wait', Seconds: 60, End: true } } }, {}, name);
      await account.pass(40);
    }
  });

  test('lists the newest first', async () => {
    expect(await names()).toEqual(['three', 'two', 'one']);
  });

  test('filters by status', async () => {
    expect(await names({ statusFilter: 'RUNNING' })).toEqual(['three']);
  });

  test('returns pages, which a newer execution does not change', async () => {
    const first = await list({ maxResults: 2 });
    account.start({ States: { S: { Type: 'Succeed' } } }, {}, 'four');
    expect(first.executions.map(({ name }) => name)).toEqual(['three', 'two']);
    expect(await list({ maxResults: 2, nextToken: first.nextToken })).toMatchObject({ executions: [{ name: 'one' }] });
  });

  test('the last page has no nextToken', async () => {
    expect(await list({ maxResults: 3 })).not.toHaveProperty('nextToken');
  });

  test('refuses an unknown token with InvalidToken', async () => {
    await expect(list({ nextToken: 'x' })).rejects.toThrow(expect.objectContaining({ code: 'InvalidToken' }));
  });

  test('refuses an unknown machine with StateMachineDoesNotExist', async () => {
    await expect(list({ stateMachineArn: `${stateMachineArn}2` })).rejects.toThrow(
      expect.objectContaining({ code: 'StateMachineDoesNotExist' }),
    );
  });
});
