import type { ListCommandsRequest } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import type { Ssm } from '../../../src/ssm/ssm.ts';
import { HOST_1, HOST_2, HOST_3, person, START, send, smallFleet } from '../small-fleet.ts';

const list = async (account: Ssm, request: ListCommandsRequest) =>
  (await account.actions.ListCommands.run(account.state, request, person)).Commands;

describe('ListCommands', () => {
  test('returns Success for a command even if one of its hosts was never reached', async () => {
    const { account, clock } = await smallFleet({ unreachable: HOST_2 });
    const CommandId = await send(account, ['true'], { InstanceIds: [HOST_1, HOST_2, HOST_3], TimeoutSeconds: 30 });
    await clock.run(START + 40_000);
    expect(await list(account, { CommandId })).toMatchObject([
      { Status: 'Success', TargetCount: 3, CompletedCount: 3, ErrorCount: 0, DeliveryTimedOutCount: 1 },
    ]);
  });

  test('returns the comment of each command, the latest command first', async () => {
    const { account } = await smallFleet();
    await send(account, ['true'], { Comment: 'first' });
    await send(account, ['true'], { Comment: 'second' });
    expect((await list(account, {}))?.map(({ Comment }) => Comment)).toEqual(['second', 'first']);
  });

  test('filters by commands that still run', async () => {
    const { account, clock } = await smallFleet();
    await send(account, ['true']);
    await clock.run(START + 10_000);
    const running = await send(account, ['true']);
    const response = await list(account, { Filters: [{ key: 'ExecutionStage', value: 'Executing' }] });
    expect(response?.map(({ CommandId }) => CommandId)).toEqual([running]);
  });

  test('filters by the time of the request', async () => {
    const { account, clock } = await smallFleet();
    await send(account, ['true']);
    await clock.run(START + 60_000);
    const later = await send(account, ['true']);
    const response = await list(account, { Filters: [{ key: 'InvokedAfter', value: '2026-03-02T09:01:00Z' }] });
    expect(response?.map(({ CommandId }) => CommandId)).toEqual([later]);
  });

  test('refuses an unknown filter', async () => {
    const { account } = await smallFleet();
    await send(account, ['true']);
    const request = { Filters: [{ key: 'Comment' as 'Status', value: 'x' }] };
    await expect(list(account, request)).rejects.toMatchObject({ code: 'InvalidFilterKey' });
  });
});
