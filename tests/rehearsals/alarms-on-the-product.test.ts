import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SimulatedAccount, simulatedAccount } from '../simulated-account.ts';
import { synthesized } from './synthesized.ts';

// All tests share one account, in order. Each lets some minutes of virtual time pass and reads the messages sent in them.
let account: SimulatedAccount;
let config: { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } };
let now = Date.parse('2026-03-02T09:00:00Z');
let messagesRead = 0;

beforeAll(async () => {
  account = await simulatedAccount(await synthesized(), { virtualFrom: now });
  const credentials = { accessKeyId: 'ana', secretAccessKey: 'ana' };
  config = { region: 'us-east-1', endpoint: account.endpoint, credentials };
}, 240_000);
afterAll(() => account.close());

const headers = { 'content-type': 'application/json' };

/** Lets these minutes pass. Returns the subjects of the messages that people received in them. */
async function subjectsIn(minutes: number): Promise<string[]> {
  now += minutes * 60_000;
  const body = JSON.stringify({ until: new Date(now).toISOString() });
  await fetch(`${account.endpoint}/_account/clock`, { method: 'POST', headers, body });
  const messages = (await (await fetch(`${account.endpoint}/_account/messages`)).json()) as { subject: string }[];
  const subjects = messages.slice(messagesRead).map(({ subject }) => subject);
  messagesRead = messages.length;
  return subjects;
}

const turnRed = (AlarmName: string) =>
  new CloudWatchClient(config).send(
    new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'a test' }),
  );

test('a new account pages nobody: a Reconcile that has not run yet is not silent', async () => {
  expect(await subjectsIn(10)).toEqual([]);
});

test('an alarm reaches people: the policies of the topic and of its key allow it', async () => {
  await turnRed('rollback-local-message-not-delivered');
  expect(await subjectsIn(0)).toEqual(['ALARM: "rollback-local-message-not-delivered" in us-east-1']);
});

test('phases that nobody has prepared page people once, at the first check of readiness', async () => {
  expect(await subjectsIn(25)).toEqual(['ALARM: "rollback-local-not-ready" in us-east-1']);
  expect(await subjectsIn(60)).toEqual([]);
});

const start = async (machine: string, input: object) => {
  const stateMachineArn = `arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-${machine}`;
  await new SFNClient(config).send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
};
const fail = async (fault: object) => {
  await fetch(`${account.endpoint}/_account/faults`, { method: 'POST', headers, body: JSON.stringify(fault) });
};

test.each([
  ['decide', { answer: 'yes' }],
  ['release', { operator: 'ana' }],
  ['annotate', { rollback: 'no-such' }],
  ['review', { rollback: 'no-such' }],
  ['record-deployment', { phase: 9 }],
  ['look', { check: 'nothing' }],
  ['phase-1', { severty: 'HIGH' }],
])('input that %s refuses pages nobody', async (machine, input) => {
  await start(machine, input);
  expect(await subjectsIn(5)).toEqual([]);
});

test('an execution that fails for another reason pages people', async () => {
  await fail({ action: 'dynamodb:Query', caller: 'release-the-fleet', for: 120, error: 'InternalServerError' });
  await start('release', { operator: 'ana', reason: 'the host was replaced' });
  expect(await subjectsIn(5)).toEqual(['ALARM: "rollback-local-execution-failed-release" in us-east-1']);
});

test('a Reconcile that stops running pages people once, within ten minutes', async () => {
  await new EventBridgeClient(config).send(new DisableRuleCommand({ Name: 'rollback-local-every-minute' }));
  expect(await subjectsIn(10)).toEqual(['INSUFFICIENT_DATA: "rollback-local-reconcile-silent" in us-east-1']);
  // The export runs by the same rule.
  expect(await subjectsIn(30)).toEqual(['INSUFFICIENT_DATA: "rollback-local-history-not-exported" in us-east-1']);
  expect(await subjectsIn(30)).toEqual([]);
});

test('a question that cannot be sent turns an alarm red, and is sent as soon as it can be', async () => {
  await new EventBridgeClient(config).send(new EnableRuleCommand({ Name: 'rollback-local-every-minute' }));
  await fail({ action: 'sns:Publish', for: 100, error: 'InternalError' });
  // No deployment explains the alarm, so the rollback asks for a permit.
  await turnRed('rollback-local-phase-1-data_corruption');
  expect(await subjectsIn(3)).toEqual([
    'ALARM: "rollback-local-question-not-sent" in us-east-1',
    '[CRITICAL] Phase 1: Roll it back? There are objections',
    expect.stringContaining('[CALL L2] [CRITICAL] Phase 1: question 1 waits until '), // two minutes after it was asked
  ]);
});

test('a halt that was stopped while SNS was away is told by somebody else, once, and is on record', async () => {
  await fail({ action: 'sns:Publish', for: 300, error: 'InternalError' });
  const stepFunctions = new SFNClient(config);
  const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-halt';
  const input = JSON.stringify({ operator: 'ana', reason: 'wrong prices' });
  const { executionArn = '' } = await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input }));
  await subjectsIn(1);
  await stepFunctions.send(new StopExecutionCommand({ executionArn }));
  const subjects = [...(await subjectsIn(9)), ...(await subjectsIn(4))];
  expect(subjects.filter((one) => one.startsWith('[HALT]'))).toEqual(['[HALT] FAILED: trading may go on']);
});
