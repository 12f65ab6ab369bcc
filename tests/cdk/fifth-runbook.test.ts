import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Account } from 'embedded-aws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openedAccount } from '../opened-account.ts';
import { root, synthesize } from './synthesized.ts';

/** The product's infra/ with one more runbook and its three scripts. Nothing else is changed. */
const folder = mkdtempSync(join(tmpdir(), 'fifth-runbook-'));
const infra = join(folder, 'infra');
cpSync(join(root, 'infra'), infra, { recursive: true });
cpSync(join(import.meta.dirname, 'fifth-runbook/infra'), infra, { recursive: true });

let synthesis: Awaited<ReturnType<typeof synthesize>>;
let stack: ReturnType<typeof synthesis.stack>;
beforeAll(async () => {
  synthesis = await synthesize('local', { infra });
  stack = synthesis.stack();
});
afterAll(() => {
  synthesis.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

const names = (type: string, property: string) =>
  stack.ofType(type).map(({ Properties }) => String(Properties[property]));
const ofPhase5 = (type: string, property: string) => names(type, property).filter((name) => name.includes('phase-5'));

describe('a fifth runbook and its scripts, in the folder of ROLLBACK_INFRA, give', () => {
  test('a synthesis without output', () => expect(synthesis).toMatchObject({ exitCode: 0, stderr: '' }));

  test('a machine with one state per step', () => {
    expect(ofPhase5('AWS::StepFunctions::StateMachine', 'StateMachineName')).toEqual(['rollback-local-phase-5']);
    const machine = stack
      .ofType('AWS::StepFunctions::StateMachine')
      .find(({ Properties }) => Properties['StateMachineName'] === 'rollback-local-phase-5');
    const { States } = JSON.parse(String(machine?.Properties['DefinitionString'])) as { States: object };
    expect(Object.keys(States)).toEqual(
      expect.arrayContaining(['Hold new orders', 'Restore the router', 'Release orders']),
    );
  });

  test('the six triggers’ alarms, and two rules', () => {
    expect(
      ofPhase5('AWS::CloudWatch::Alarm', 'AlarmName').filter((name) => name.startsWith('rollback-local-phase-5-')),
    ).toHaveLength(8);
    expect(ofPhase5('AWS::Events::Rule', 'Name')).toEqual([
      'rollback-local-phase-5-red',
      'rollback-local-phase-5-blind',
    ]);
  });

  test('the same alarms on its machine as on every machine', () => {
    const own = names('AWS::CloudWatch::Alarm', 'AlarmName').filter((name) => name.endsWith('-phase-5'));
    expect(own.length).toBe(
      names('AWS::CloudWatch::Alarm', 'AlarmName').filter((name) => name.endsWith('-release')).length,
    );
    expect(own.length).toBeGreaterThan(0);
  });

  test('three more documents', () => {
    expect(names('AWS::SSM::Document', 'Name')).toEqual(
      expect.arrayContaining(
        ['hold-new-orders', 'release-orders', 'order-router-health'].map((id) => `rollback-local-${id}`),
      ),
    );
  });

  test.each([
    ['run-on-hosts', 'hold-new-orders', true],
    ['run-on-hosts', 'order-router-health', false],
    ['confirm-recovery', 'order-router-health', true],
    ['confirm-recovery', 'hold-new-orders', false],
  ])('permissions: %s may send %s: %s', (name, document, may) => {
    const line = `Allow ssm:SendCommand on arn:aws:ssm:us-east-1:000000000000:document/rollback-local-${document}`;
    expect(stack.allowed(`rollback-local-${name}`).includes(line)).toBe(may);
  });

  test('Reconcile the right to start its machine', () => {
    const line =
      'Allow states:StartExecution on arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-phase-5';
    expect(stack.allowed('rollback-local-reconcile')).toContain(line);
  });
});

describe('in the embedded account', () => {
  let account: Account;
  beforeAll(async () => {
    account = await openedAccount(synthesis.assembly);
  }, 240_000);
  afterAll(() => account.close());

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
