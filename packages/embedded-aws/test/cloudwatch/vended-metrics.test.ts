import { expect, test } from 'vitest';
import { vendedMetrics } from '../../src/cloudwatch/vended-metrics.ts';
import { MeteredAccount, START } from './metered-account.ts';

/** Returns a metric's values in the minute that begins a number of seconds after the start. */
const minute = (
  account: MeteredAccount,
  metric: { namespace: string; name: string },
  dimensions: Record<string, string>,
  second: number,
) => account.cloudwatch.state.metrics.series({ ...metric, dimensions }).over(START + second * 1000, 60);
const depth = { namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible' };
const invocations = { namespace: 'AWS/Lambda', name: 'Invocations' };

test('a queue’s current depth is published every minute', async () => {
  const account = new MeteredAccount();
  const vended = vendedMetrics(account.clock, account.cloudwatch);
  vended.depth('dead-letters', 2);
  await account.until(60);
  vended.depth('dead-letters', 0);
  await account.until(120);
  vended.close();
  const found = [0, 60, 120].map((second) => minute(account, depth, { QueueName: 'dead-letters' }, second)?.maximum);
  expect(found).toEqual([undefined, 2, 0]);
});

test('a queue that never had a message has no depth', async () => {
  const account = new MeteredAccount();
  const vended = vendedMetrics(account.clock, account.cloudwatch);
  await account.until(120);
  vended.close();
  expect(minute(account, depth, { QueueName: 'dead-letters' }, 60)).toBeUndefined();
});

test.each([
  ['SUCCEEDED', 'ExecutionsSucceeded'],
  ['FAILED', 'ExecutionsFailed'],
  ['ABORTED', 'ExecutionsAborted'],
  ['TIMED_OUT', 'ExecutionsTimedOut'],
] as const)('an execution that ended %s counts as one of %s, under its machine’s ARN', (status, name) => {
  const account = new MeteredAccount();
  const vended = vendedMetrics(account.clock, account.cloudwatch);
  vended.ended('arn:aws:states:eu-west-1:000000000000:stateMachine:phase-1', status);
  vended.close();
  const StateMachineArn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:phase-1';
  expect(minute(account, { namespace: 'AWS/States', name }, { StateMachineArn }, 0)?.sum).toBe(1);
});

test('every invocation of a function counts as one', () => {
  const account = new MeteredAccount();
  const vended = vendedMetrics(account.clock, account.cloudwatch);
  for (let i = 0; i < 3; i += 1) vended.counted('Invocations', 'reconcile');
  vended.close();
  expect(minute(account, invocations, { FunctionName: 'reconcile' }, 0)?.sum).toBe(3);
});

test('every event that a rule gave up counts as a failed invocation, under the rule’s name', () => {
  const account = new MeteredAccount();
  const vended = vendedMetrics(account.clock, account.cloudwatch);
  vended.undelivered('rollback-red');
  vended.close();
  const failed = { namespace: 'AWS/Events', name: 'FailedInvocations' };
  expect(minute(account, failed, { RuleName: 'rollback-red' }, 0)?.sum).toBe(1);
});
