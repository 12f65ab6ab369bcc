import { describe, expect, test } from 'vitest';
import { ActionFaults } from '../../../src/faults/action-faults.ts';
import { iam } from '../../../src/iam/iam.ts';
import { checkedCalls } from '../../../src/identity/checked-call.ts';
import { SendTaskFailure } from '../../../src/states/actions/SendTaskFailure.ts';
import { SendTaskHeartbeat } from '../../../src/states/actions/SendTaskHeartbeat.ts';
import { SendTaskSuccess } from '../../../src/states/actions/SendTaskSuccess.ts';
import { statesActions } from '../../../src/states/actions.ts';
import { jsonService } from '../../../src/wire/json-service.ts';
import { TestAccount, WORK } from '../account.ts';

const caller = { arn: 'arn:aws:iam::000000000000:user/ana' };

/** Starts an execution that waits for its token. */
const waiting = async (fields: object = {}) => {
  let taskToken = '';
  const account = new TestAccount(async ({ token = '' }) => {
    taskToken = token;
  });
  const Ask = { Type: 'Task', Resource: `${WORK}.waitForTaskToken`, ...fields, End: true };
  const execution = account.start({ States: { Ask } });
  await account.pass(0);
  return { account, states: account.states, execution, taskToken };
};

describe('SendTaskSuccess', () => {
  test('finishes the task with its output', async () => {
    const { account, states, execution, taskToken } = await waiting();
    expect(await SendTaskSuccess.run(states, { taskToken, output: '{"a":1}' }, caller)).toEqual({});
    await account.pass(0);
    expect(execution.ending.output?.text).toBe('{"a":1}');
  });

  test('refuses output that is not JSON with InvalidOutput, and the task still waits', async () => {
    const { account, states, execution, taskToken } = await waiting();
    expect(() => SendTaskSuccess.run(states, { taskToken, output: 'yes' }, caller)).toThrow(
      expect.objectContaining({ code: 'InvalidOutput' }),
    );
    await account.pass(0);
    expect(execution.status).toBe('RUNNING');
  });

  test('refuses a token that was never issued with InvalidToken', async () => {
    const { states } = await waiting();
    expect(() => SendTaskSuccess.run(states, { taskToken: 'x', output: '1' }, caller)).toThrow(
      expect.objectContaining({ code: 'InvalidToken' }),
    );
  });

  test('refuses the second use of a token with TaskTimedOut', async () => {
    const { states, taskToken } = await waiting();
    await SendTaskSuccess.run(states, { taskToken, output: '1' }, caller);
    expect(() => SendTaskSuccess.run(states, { taskToken, output: '1' }, caller)).toThrow(
      expect.objectContaining({ code: 'TaskTimedOut' }),
    );
  });
});

test('SendTaskFailure fails the task with error and cause', async () => {
  const { account, states, execution, taskToken } = await waiting();
  await SendTaskFailure.run(states, { taskToken, error: 'E', cause: 'c' }, caller);
  await account.pass(0);
  expect(execution.ending).toEqual({ error: 'E', cause: 'c' });
});

test('SendTaskFailure without error and cause fails the task without both', async () => {
  const { account, states, execution, taskToken } = await waiting();
  await SendTaskFailure.run(states, { taskToken }, caller);
  await account.pass(0);
  expect(execution.history.find(({ type }) => type === 'TaskFailed')?.taskFailedEventDetails).toEqual({
    resourceType: 'lambda',
    resource: 'invoke.waitForTaskToken',
  });
  expect(execution.ending).toEqual({});
});

describe('a role', () => {
  const role = 'arn:aws:iam::000000000000:role/finishes';
  const session = { arn: 'arn:aws:sts::000000000000:assumed-role/finishes/finishes', role };

  /** Makes the account's Step Functions and a role that may do one action there. */
  const allowing = async (Action: string) => {
    const { states, taskToken } = await waiting();
    const roles = iam();
    const Version = '2012-10-17';
    roles.createRole({
      name: 'finishes',
      arn: role,
      assumeRolePolicyDocument: {
        Version,
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      inlinePolicies: [
        { name: 'finish', document: { Version, Statement: [{ Effect: 'Allow', Action, Resource: '*' }] } },
      ],
      managedPolicyArns: [],
    });
    const runChecked = checkedCalls(roles, new ActionFaults(() => {}, Date.now), () => {});
    const service = jsonService({
      prefix: 'states',
      jsonVersion: '1.0',
      state: states,
      actions: statesActions,
      runChecked,
    });
    return (action: string) => service.respond(action, JSON.stringify({ taskToken, output: '1' }), session);
  };

  test.each(['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat'])(
    'needs states:%s besides the token',
    async (action) => {
      await expect((await allowing('states:StartExecution'))(action)).rejects.toMatchObject({
        code: 'AccessDeniedException',
        message: expect.stringContaining(`is not authorized to perform: states:${action} on resource: *`),
      });
      expect(await (await allowing(`states:${action}`))(action)).toEqual({ status: 200, body: '{}' });
    },
  );
});

test('SendTaskHeartbeat keeps the task alive', async () => {
  const { account, states, execution, taskToken } = await waiting({ HeartbeatSeconds: 60 });
  await account.pass(50);
  await SendTaskHeartbeat.run(states, { taskToken }, caller);
  await account.pass(50);
  expect(execution.status).toBe('RUNNING');
});
