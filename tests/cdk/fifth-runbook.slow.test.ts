import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Account } from 'embedded-aws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openedAccount } from '../opened-account.ts';
import { withFifthRunbook } from './fifth-runbook.ts';
import { synthesize } from './synthesized.ts';

describe('a fifth runbook and its scripts, in the embedded account:', () => {
  const { infra, remove } = withFifthRunbook();
  let synthesis: Awaited<ReturnType<typeof synthesize>>;
  let account: Account;
  beforeAll(async () => {
    synthesis = await synthesize('local', { infra });
    account = await openedAccount(synthesis.assembly);
  }, 240_000);
  afterAll(async () => {
    await account.close();
    synthesis.remove();
    remove();
  });

  test('an operator starts it, and a host does its steps', { timeout: 240_000 }, async () => {
    const client = {
      region: 'us-east-1',
      endpoint: account.endpoint,
      credentials: { accessKeyId: 'rollback-local-operator', secretAccessKey: 'x' },
    };
    const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-phase-5';
    await new SFNClient(client).send(new StartExecutionCommand({ stateMachineArn, name: 'by-hand', input: '{}' }));
    const db = new DynamoDBClient(client);
    // No host publishes metrics of phase 5, so its alarm may have started a rollback first. This start has then joined it.
    const live = async () => {
      const Key = { pk: { S: 'PHASE#5' }, sk: { S: 'OPEN' } };
      return (await db.send(new GetItemCommand({ TableName: 'rollback-local-state', Key }))).Item?.['rollback']?.S;
    };
    const verdicts = async () => {
      const query = new QueryCommand({
        TableName: 'rollback-local-history',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: `HOST#${(await live()) ?? 'by-hand'}` } },
      });
      const { Items = [] } = await db.send(query);
      return Object.fromEntries(Items.map(({ step, verdict }) => [step?.S, verdict?.S]));
    };
    while (!('release-orders' in (await verdicts()))) await sleep(250);
    expect(await verdicts()).toMatchObject({
      'hold-new-orders': 'done',
      'restore-the-router': 'done',
      'release-orders': 'done',
    });
    const { hosts } = (await (await fetch(`${account.endpoint}/_account`)).json()) as { hosts: { folder: string }[] };
    const state = join(hosts[0]?.folder ?? '', 'opt/trading/outputs/run/router.json');
    expect(JSON.parse(readFileSync(state, 'utf8'))).toEqual({ orders: 'flowing' });
  });
});
