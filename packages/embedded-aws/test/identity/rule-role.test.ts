import { expect, test } from 'vitest';
import type { ApiCall } from '../../src/cloudtrail/execution-record.ts';
import { ActionFaults } from '../../src/faults/action-faults.ts';
import { iam } from '../../src/iam/iam.ts';
import { startAs } from '../../src/identity/rule-role.ts';
import { TestAccount } from '../states/account.ts';

const machine = 'arn:aws:states:eu-west-1:000000000000:stateMachine:m';
const rule = 'arn:aws:events:eu-west-1:000000000000:rule/alarms';
const role = 'arn:aws:iam::000000000000:role/starts-m';

/** Makes a role that may start the machine `allowed`. `start` is EventBridge's call in this role, for the rule. */
function starting(allowed = machine) {
  const roles = iam();
  const Version = '2012-10-17';
  const trust = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const Statement = [{ Effect: 'Allow', Action: 'states:StartExecution', Resource: allowed }];
  roles.createRole({
    name: 'starts-m',
    arn: role,
    assumeRolePolicyDocument: { Version, Statement: [trust] },
    inlinePolicies: [{ name: 'start', document: { Version, Statement } }],
    managedPolicyArns: [],
  });
  const account = new TestAccount();
  account.create({ States: { A: { Type: 'Succeed' } } });
  const calls: ApiCall[] = [];
  const startExecution = startAs(roles, account.states, new ActionFaults(() => {}, Date.now), (call) =>
    calls.push(call),
  );
  return { calls, start: async () => startExecution(machine, '{}', role, rule) };
}

test('each start by a rule is on the trail with its own session of the role and the service that used it', async () => {
  const { calls, start } = starting();
  await start();
  await start();
  const session = /^arn:aws:sts::000000000000:assumed-role\/starts-m\/[0-9a-f]{32}$/;
  const caller = { arn: expect.stringMatching(session), role, invokedBy: 'events.amazonaws.com' };
  expect(calls).toMatchObject([{ action: 'states:StartExecution', caller }, { caller }]);
  expect(calls[0]?.caller.arn).not.toBe(calls[1]?.caller.arn);
});

test('a start that the role does not allow is refused, and is on the trail', async () => {
  const { calls, start } = starting(`${machine}-other`);
  await expect(start()).rejects.toThrow('is not authorized to perform: states:StartExecution');
  expect(calls).toMatchObject([{ error: { code: 'AccessDeniedException' } }]);
});
