import type { ListCommandsRequest } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import type { Ssm } from '../../../src/ssm/ssm.ts';
import { HOST_1, HOST_2, HOST_3, person, START, send, smallFleet } from '../small-fleet.ts';

const list = async (account: Ssm, request: ListCommandsRequest) =>
  (await account.actions.ListCommands.run(account.state, request, person)).Commands;

describe('ListCommands', () => {
  test('calls a command a success though one of its hosts was never reached', async () => {
    const { account, clock } = await smallFleet({ unreachable: HOST_2 });
    const CommandId = await send(account, ['true'], { InstanceIds: [HOST_1, HOST_2, HOST_3], TimeoutSeconds: 30 });
    await clock.run(START + 40_000);
    expect(await list(account, { CommandId })).toMatchObject([
      { Status: 'Success', TargetCount: 3, CompletedCount: 3, ErrorCount: 0, DeliveryTimedOutCount: 1 },
    ]);
  });

  test('finds a command by its comment only among all, the latest first', async () => {
    const { account } = await smallFleet();
    await send(account, ['true'], { Comment: 'first' });
    await send(account, ['true'], { Comment: 'second' });
    expect((await list(account, {}))?.map(({ Comment }) => Comment)).toEqual(['second', 'first']);
  });

  test('can be asked for what still runs', async () => {
    const { account, clock } = await smallFleet();
    await send(account, ['true']);
    await clock.run(START + 10_000);
    const running = await send(account, ['true']);
    const answer = await list(account, { Filters: [{ key: 'ExecutionStage', value: 'Executing' }] });
    expect(answer?.map(({ CommandId }) => CommandId)).toEqual([running]);
  });

  test('can be asked for a time', async () => {
    const { account, clock } = await smallFleet();
    await send(account, ['true']);
    await clock.run(START + 60_000);
    const later = await send(account, ['true']);
    const answer = await list(account, { Filters: [{ key: 'InvokedAfter', value: '2026-03-02T09:01:00Z' }] });
    expect(answer?.map(({ CommandId }) => CommandId)).toEqual([later]);
  });

  test('refuses a filter it does not know', async () => {
    const { account } = await smallFleet();
    await send(account, ['true']);
    const request = { Filters: [{ key: 'Comment' as 'Status', value: 'x' }] };
    await expect(list(account, request)).rejects.toMatchObject({ code: 'InvalidFilterKey' });
  });
});
