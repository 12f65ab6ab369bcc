import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RemoteAccount, remoteAccount } from '../../rehearsals/account.ts';
import { overHttp } from '../../rehearsals/over-http.ts';
import { type SimulatedAccount, simulatedAccount } from '../simulated-account.ts';
import { synthesized } from './synthesized.ts';

// Somebody who may write to the state table writes decisions there by hand, while the whole product runs.

const region = 'us-east-1';
let now = Date.parse('2026-03-02T09:00:00Z');
let account: SimulatedAccount;
let remote: RemoteAccount;
let db: DynamoDBDocumentClient;
beforeAll(async () => {
  account = await simulatedAccount(await synthesized(), { virtualFrom: now });
  remote = remoteAccount(overHttp(account.endpoint, region), 'local');
  const credentials = { accessKeyId: 'eve', secretAccessKey: 'x' };
  db = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: account.endpoint, region, credentials }));
}, 300_000);
afterAll(() => account.close());

const minutesPass = async (minutes: number) => {
  now += minutes * 60_000;
  await remote.letTimePass(new Date(now).toISOString());
};
const machine = (name: string) => `arn:aws:states:${region}:000000000000:stateMachine:rollback-local-${name}`;
const start = (name: string, input: object) =>
  remote.stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn: machine(name), input: JSON.stringify(input) }),
  );

/** Turns a HIGH alarm of a phase red, soon after a deployment. Returns the rollback that asks people about it. */
async function askedRollback(phase: number): Promise<string> {
  await start('record-deployment', { phase, version: 'v1.2.0' });
  await minutesPass(1);
  const AlarmName = `rollback-local-phase-${phase}-cascade_failure`;
  await remote.cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'a test' }));
  await minutesPass(1);
  const arn = (await remote.executions()).find((one) => one.arn.includes(`:rollback-local-phase-${phase}:`))?.arn ?? '';
  return arn.split(':').at(-1) ?? '';
}

const writtenByHand = (rollback: string, answer: string) => {
  const item = {
    pk: `QUESTION#${rollback}#1`,
    sk: 'DECISION#0001',
    type: 'answer',
    by: 'arn:aws:states:us-east-1:000000000000:execution:rollback-local-decide:never-started',
    answer,
    operator: 'ana',
    reason: null,
    at: new Date(now).toISOString(),
  };
  return db.send(new PutCommand({ TableName: 'rollback-local-state', Item: item }));
};
const typesOf = async (rollback: string) => (await remote.events(rollback)).map(({ type }) => type);

describe('an answer written by hand', () => {
  let rollback: string;
  beforeAll(async () => {
    rollback = await askedRollback(2);
    await writtenByHand(rollback, 'rollback');
    await minutesPass(4);
  }, 120_000);

  test('begins no rollback', async () => {
    expect(await remote.record(rollback)).toMatchObject({
      ending: null,
      questions: [{ kind: 'confirm', outcome: null, answers: [] }],
    });
  });

  test('is in the history of the rollback, and turns an alarm red', async () => {
    expect(await typesOf(rollback)).toContain('Decision passed over');
    expect(await remote.alarmState('decision-passed-over')).toBe('ALARM');
  });

  test('leaves the question to the person who answers by the machine', async () => {
    await start('decide', { answer: 'stand-down', operator: 'ben', rollback });
    await minutesPass(1);
    expect(await remote.record(rollback)).toMatchObject({
      ending: 'Stood down',
      questions: [{ outcome: 'stand-down', answers: [{ operator: 'ben' }] }],
    });
  });
});

test('while Step Functions cannot be read an answer decides nothing, and the rollback needs a person', async () => {
  const rollback = await askedRollback(3);
  await remote.addFault({ action: 'states:DescribeExecution', for: 1800, error: 'ThrottlingException' });
  await writtenByHand(rollback, 'stand-down');
  await minutesPass(5);
  expect(await remote.record(rollback)).toMatchObject({ ending: null, questions: [{ outcome: null }] });
  await minutesPass(15);
  expect(await remote.record(rollback)).toMatchObject({
    ending: 'Needs a person',
    problem: expect.stringMatching(/^Step Functions had not shown by .* who gave DECISION#0001, so no answer counts/),
    questions: [{ outcome: 'not proved' }],
  });
  expect(await typesOf(rollback)).not.toContain('Fleet taken');
}, 120_000);
