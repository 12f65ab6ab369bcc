import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { CancelCommandRequest } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import { realClock } from '../../../src/clock/clock.ts';
import type { Ssm } from '../../../src/ssm/ssm.ts';
import {
  eventually,
  fleetUnder,
  HOST_1,
  HOST_2,
  HOST_3,
  invocation,
  isAlive,
  person,
  readNumber,
  START,
  send,
  smallFleet,
} from '../small-fleet.ts';

const cancel = async (account: Ssm, request: CancelCommandRequest) =>
  account.actions.CancelCommand.run(account.state, request, person);

describe('CancelCommand', () => {
  test('kills the script and all processes that it started', async () => {
    const { account, clock, hosts } = await smallFleet();
    const id = await send(account, ['sleep 1000 & echo $! > grandchild; wait']);
    const file = join(hosts[0]?.folder ?? '', 'grandchild');
    await eventually(async () => (await readNumber(file)) > 0, 'the script runs');
    await cancel(account, { CommandId: id });
    await clock.run(START + 10_000);
    expect(await invocation(account, id)).toMatchObject({ Status: 'Cancelled', StatusDetails: 'Cancelled' });
    const grandchild = await readNumber(file);
    await eventually(async () => !(await isAlive(grandchild)), 'the grandchild is gone');
  });

  test('gives a running script the exit code of a killed script', async () => {
    const { account, happenings, hosts } = await fleetUnder(realClock(), { modelledDurations: false });
    const id = await send(account, ['echo $$ > script; sleep 1000']);
    await eventually(async () => (await readNumber(join(hosts[0]?.folder ?? '', 'script'))) > 0, 'the script runs');
    await cancel(account, { CommandId: id });
    expect(happenings.at(-1)).toMatchObject({ event: 'InvocationEnded', status: 'Cancelled', responseCode: 137 });
  });

  test('ends a script that hangs', async () => {
    const { account, clock } = await smallFleet();
    account.faults.hangScript({ document: 'step-1', instanceId: HOST_1 });
    const id = await send(account, ['true']);
    await clock.run(START + 10_000);
    await cancel(account, { CommandId: id });
    expect(await invocation(account, id)).toMatchObject({ Status: 'Cancelled', ResponseCode: 137 });
  });

  test('ends an undelivered invocation with -1, and its script never runs', async () => {
    const { account, clock, hosts } = await smallFleet({ unreachable: HOST_1 });
    const id = await send(account, ['touch ran']);
    await cancel(account, { CommandId: id });
    account.faults.setReachable(HOST_1, true);
    await clock.run(START + 10_000);
    expect(await invocation(account, id)).toMatchObject({ Status: 'Cancelled', ResponseCode: -1 });
    await expect(access(join(hosts[0]?.folder ?? '', 'ran'))).rejects.toThrow('ENOENT');
  });

  test('ends the command only on the named hosts', async () => {
    const { account, clock } = await smallFleet();
    const id = await send(account, ['true'], { InstanceIds: [HOST_1, HOST_2] });
    await cancel(account, { CommandId: id, InstanceIds: [HOST_2] });
    await clock.run(START + 10_000);
    expect((await invocation(account, id, HOST_1)).Status).toBe('Success');
    expect((await invocation(account, id, HOST_2)).Status).toBe('Cancelled');
  });

  test('starts the command on no further host', async () => {
    const { account, clock, happenings } = await smallFleet({ modelledDurations: false });
    const id = await send(account, ['true'], { InstanceIds: [HOST_1, HOST_2, HOST_3], MaxConcurrency: '1' });
    await cancel(account, { CommandId: id });
    await clock.run(START + 30_000);
    const started = happenings.filter(({ event }) => event === 'InvocationStarted');
    expect(started.map(({ name }) => name)).toEqual(['host-1']);
  });

  test('does not change an invocation that has ended', async () => {
    const { account, clock } = await smallFleet();
    const id = await send(account, ['true']);
    await clock.run(START + 10_000);
    await cancel(account, { CommandId: id });
    expect(await invocation(account, id)).toMatchObject({ Status: 'Success' });
  });

  test.each([
    ['a command that does not exist', { CommandId: 'none' }, 'InvalidCommandId'],
    ['a host it was not sent to', { InstanceIds: [HOST_3] }, 'InvalidInstanceId'],
  ])('refuses %s', async (_, request, code) => {
    const { account } = await smallFleet();
    const CommandId = await send(account, ['true']);
    await expect(cancel(account, { CommandId, ...request })).rejects.toMatchObject({ code });
  });
});
