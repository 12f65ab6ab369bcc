import type { ListCommandInvocationsRequest } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import type { Ssm } from '../../../src/ssm/ssm.ts';
import { HOST_1, HOST_2, HOST_3, person, START, send, smallFleet } from '../small-fleet.ts';

const ALL = { InstanceIds: [HOST_1, HOST_2, HOST_3] };
const list = async (account: Ssm, request: ListCommandInvocationsRequest) =>
  account.actions.ListCommandInvocations.run(account.state, request, person);
const hosts = async (account: Ssm, request: ListCommandInvocationsRequest) =>
  (await list(account, request)).CommandInvocations?.map(({ InstanceId }) => InstanceId);

describe('ListCommandInvocations', () => {
  test('is empty for half a second after SendCommand', async () => {
    const { account, clock } = await smallFleet();
    const CommandId = await send(account, ['true']);
    await clock.run(START + 499);
    expect(await list(account, { CommandId })).toEqual({ CommandInvocations: [] });
    await clock.run(START + 500);
    expect(await hosts(account, { CommandId })).toEqual([HOST_1]);
  });

  test('with details returns the exit code and the joined output of the step', async () => {
    const { account, clock, happenings } = await smallFleet();
    const CommandId = await send(account, ['echo out', 'echo err >&2', 'exit 7']);
    await clock.run(START + 10_000);
    const [, started, ended] = happenings.map(({ at }) => Number(at) / 1000);
    const response = await list(account, { CommandId, Details: true });
    expect(response.CommandInvocations?.[0]).toMatchObject({
      InstanceId: HOST_1,
      InstanceName: 'host-1',
      Status: 'Failed',
      RequestedDateTime: START / 1000,
      CommandPlugins: [
        {
          Name: 'run',
          Status: 'Failed',
          ResponseCode: 7,
          ResponseStartDateTime: started,
          ResponseFinishDateTime: ended,
          Output: 'out\n\n----------ERROR-------\nerr\n',
        },
      ],
    });
  });

  test('without details returns no step', async () => {
    const { account, clock } = await smallFleet();
    const CommandId = await send(account, ['true']);
    await clock.run(START + 10_000);
    expect((await list(account, { CommandId })).CommandInvocations).toMatchObject([{ CommandPlugins: [] }]);
  });

  test('returns pages in the order in which the request named the hosts', async () => {
    const { account, clock } = await smallFleet();
    const CommandId = await send(account, ['true'], { InstanceIds: [HOST_3, HOST_1, HOST_2] });
    await clock.run(START + 10_000);
    const first = await list(account, { CommandId, MaxResults: 2 });
    expect(first.CommandInvocations?.map(({ InstanceId }) => InstanceId)).toEqual([HOST_3, HOST_1]);
    const second = await list(account, { CommandId, MaxResults: 2, NextToken: String(first.NextToken) });
    expect(second.CommandInvocations?.map(({ InstanceId }) => InstanceId)).toEqual([HOST_2]);
    expect(second).not.toHaveProperty('NextToken');
  });

  test('lists the commands of a host, the latest first', async () => {
    const { account, clock } = await smallFleet();
    const first = await send(account, ['true'], ALL);
    const second = await send(account, ['true'], ALL);
    await clock.run(START + 10_000);
    const response = await list(account, { InstanceId: HOST_2 });
    expect(response.CommandInvocations?.map(({ CommandId }) => CommandId)).toEqual([second, first]);
  });

  test('filters by status', async () => {
    const { account, clock } = await smallFleet({ unreachable: HOST_2 });
    await send(account, ['[ "${HOME##*/}" != host-3 ]'], { ...ALL, TimeoutSeconds: 30 });
    await clock.run(START + 40_000);
    expect(await hosts(account, { Filters: [{ key: 'Status', value: 'Success' }] })).toEqual([HOST_1]);
    expect(await hosts(account, { Filters: [{ key: 'Status', value: 'DeliveryTimedOut' }] })).toEqual([HOST_2]);
    expect(await hosts(account, { Filters: [{ key: 'Status', value: 'Failed' }] })).toEqual([HOST_3]);
  });

  test('is empty for a command that does not exist', async () => {
    const { account } = await smallFleet();
    expect(await hosts(account, { CommandId: '00000000-0000-4000-8000-000000000000' })).toEqual([]);
  });

  test.each([
    ['a page of 51', { MaxResults: 51 }, 'ValidationException'],
    ['a token that it did not return', { NextToken: 'x' }, 'InvalidNextToken'],
  ])('refuses %s', async (_, request, code) => {
    const { account } = await smallFleet();
    await expect(list(account, request)).rejects.toMatchObject({ code });
  });
});
