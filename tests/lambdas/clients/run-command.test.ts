import { describe, expect, test } from 'vitest';
import { runCommandOn } from '../../../lambdas/clients/run-command.ts';
import { stubbedSystemsManager } from '../stubbed-systems-manager.ts';

const invocation = (InstanceId: string, plugin: object | undefined) => ({
  InstanceId,
  CommandId: 'c-1',
  Status: 'Success',
  StatusDetails: 'Success',
  CommandPlugins: plugin ? [plugin] : [],
});
const listing = (...CommandInvocations: object[]) =>
  runCommandOn(stubbedSystemsManager({ ListCommandInvocations: () => ({ CommandInvocations }) }).ssm);

test('sending returns the id of the command', async () => {
  const { ssm, requests } = stubbedSystemsManager({ SendCommand: () => ({ Command: { CommandId: 'c-1' } }) });
  expect(await runCommandOn(ssm).send({ DocumentName: 'rollback-test-clear' })).toBe('c-1');
  expect(requests).toEqual([{ action: 'SendCommand', request: { DocumentName: 'rollback-test-clear' } }]);
});

test('sending fails with a name that the state machine can match', async () => {
  const { ssm } = stubbedSystemsManager({
    SendCommand: () => ({ __type: 'ThrottlingException', message: 'Rate exceeded' }),
  });
  await expect(runCommandOn(ssm).send({ DocumentName: 'x' })).rejects.toMatchObject({ name: 'ThrottlingException' });
});

describe('a look before each try', () => {
  test('is made once if the first try succeeds', async () => {
    const { ssm } = stubbedSystemsManager({ SendCommand: () => ({ Command: { CommandId: 'c-1' } }) });
    const looks: string[] = [];
    await runCommandOn(ssm).send({ DocumentName: 'x' }, async () => void looks.push('look'));
    expect(looks).toHaveLength(1);
  });

  test('ends the tries if it throws: the rollback has lost the fleet meanwhile', async () => {
    const { ssm, requests } = stubbedSystemsManager(
      { SendCommand: () => ({ __type: 'ThrottlingException', message: 'Rate exceeded' }) },
      3,
    );
    const look = async () => {
      if (requests.length === 1) throw new Error('the fleet was released');
    };
    await expect(runCommandOn(ssm).send({ DocumentName: 'x' }, look)).rejects.toThrow('the fleet was released');
    expect(requests).toHaveLength(1);
  });
});

describe('an invocation', () => {
  test('is status, exit code and stdout of its host', async () => {
    expect(await listing(invocation('i-1', { ResponseCode: 0, Output: '{"a":1}\n' })).invocations('c-1')).toEqual([
      {
        instance_id: 'i-1',
        begun: false,
        command_id: 'c-1',
        status: 'Success',
        status_details: 'Success',
        response_code: 0,
        stdout: '{"a":1}\n',
      },
    ]);
  });

  test('has no stderr in its stdout, which the agent joins', async () => {
    const Output = '{"a":1}\n\n----------ERROR-------\nwarning: x\n';
    const [found] = await listing(invocation('i-1', { ResponseCode: 0, Output })).invocations('c-1');
    expect(found?.stdout).toBe('{"a":1}\n');
  });

  test('that has not begun has no exit code and no output', async () => {
    const [found] = await listing(invocation('i-1', undefined)).invocations('c-1');
    expect(found).toMatchObject({ response_code: -1, stdout: '' });
  });

  test('may be on a later page', async () => {
    const { ssm, requests } = stubbedSystemsManager({
      ListCommandInvocations: ({ NextToken }) =>
        NextToken
          ? { CommandInvocations: [invocation('i-2', undefined)] }
          : { CommandInvocations: [invocation('i-1', undefined)], NextToken: 'more' },
    });
    const found = await runCommandOn(ssm).invocations('c-1');
    expect(found.map(({ instance_id }) => instance_id)).toEqual(['i-1', 'i-2']);
    expect(requests[0]?.request).toMatchObject({ CommandId: 'c-1', Details: true });
  });
});

test('never reads the status of the command as a whole: it hides hosts that were not reached', async () => {
  const { ssm, requests } = stubbedSystemsManager({
    SendCommand: () => ({ Command: { CommandId: 'c-1', Status: 'Success' } }),
    ListCommandInvocations: () => ({ CommandInvocations: [] }),
    GetCommandInvocation: () => ({ StandardOutputContent: 'all of it' }),
    CancelCommand: () => ({}),
  });
  const runCommand = runCommandOn(ssm);
  await runCommand.send({ DocumentName: 'x' });
  await runCommand.invocations('c-1');
  expect(await runCommand.wholeOutput('c-1', 'i-1')).toBe('all of it');
  await runCommand.cancel('c-1');
  expect(requests.map(({ action }) => action)).toEqual([
    'SendCommand',
    'ListCommandInvocations',
    'GetCommandInvocation',
    'CancelCommand',
  ]);
});
