import { describe, expect, test } from 'vitest';
import { HOST_1, HOST_2, invocation, person, START, send, smallFleet } from '../small-fleet.ts';

describe('GetCommandInvocation', () => {
  test('does not find an invocation in its first half second', async () => {
    const { account, clock } = await smallFleet();
    const id = await send(account, ['true']);
    await clock.run(START + 499);
    await expect(async () => invocation(account, id)).rejects.toMatchObject({ code: 'InvocationDoesNotExist' });
    await clock.run(START + 500);
    expect(await invocation(account, id)).toMatchObject({ Status: 'Pending', StatusDetails: 'Pending' });
  });

  test.each([
    ['a host the command was not sent to', HOST_2],
    ['a host that does not exist', 'i-99999999'],
  ])('finds no invocation on %s', async (_, instanceId) => {
    const { account, clock } = await smallFleet();
    const id = await send(account, ['true']);
    await clock.run(START + 10_000);
    await expect(async () => invocation(account, id, instanceId)).rejects.toMatchObject({
      code: 'InvocationDoesNotExist',
    });
  });

  test('returns no output while the script runs', async () => {
    const { account, clock, happenings } = await smallFleet();
    const id = await send(account, ['echo written']);
    await clock.run(START + 10_000, () => happenings.some(({ event }) => event === 'InvocationStarted'));
    expect(await invocation(account, id)).toMatchObject({
      Status: 'InProgress',
      ResponseCode: -1,
      ExecutionStartDateTime: new Date(clock.now()).toISOString(),
      ExecutionEndDateTime: '',
      StandardOutputContent: '',
    });
  });

  test('returns the exit code, the times and the output after the end', async () => {
    const { account, clock, happenings } = await smallFleet();
    const id = await send(account, ['echo out', 'echo err >&2', 'exit 7'], { Comment: 'r-1' });
    await clock.run(START + 10_000);
    const [, started, ended] = happenings.map(({ at }) => Number(at));
    expect(await invocation(account, id)).toMatchObject({
      CommandId: id,
      InstanceId: HOST_1,
      Comment: 'r-1',
      DocumentName: 'step-1',
      DocumentVersion: '$DEFAULT',
      PluginName: 'run',
      ResponseCode: 7,
      ExecutionElapsedTime: `PT${(Number(ended) - Number(started)) / 1000}S`,
      ExecutionEndDateTime: new Date(Number(ended)).toISOString(),
      StandardOutputContent: 'out\n',
      StandardErrorContent: 'err\n',
    });
  });

  test('finds the step by its name, and refuses any other name', async () => {
    const { account, clock } = await smallFleet();
    const CommandId = await send(account, ['true']);
    await clock.run(START + 10_000);
    const get = async (PluginName: string) =>
      account.actions.GetCommandInvocation.run(account.state, { CommandId, InstanceId: HOST_1, PluginName }, person);
    expect(await get('run')).toMatchObject({ PluginName: 'run' });
    await expect(get('other')).rejects.toMatchObject({ code: 'InvalidPluginName' });
  });

  test('has no resource-level permission', async () => {
    const { account } = await smallFleet();
    const needs = account.actions.GetCommandInvocation.needs(account.state, { CommandId: 'c', InstanceId: HOST_1 });
    expect(needs).toEqual([{ action: 'ssm:GetCommandInvocation', resource: '*' }]);
  });
});
