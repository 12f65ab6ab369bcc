import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Handler } from 'embedded-aws/in-process';
import { expect, test } from 'vitest';
import { handlerOf, withoutRealTimers } from '../../simulator/functions.ts';

const never = () => new Promise<never>(() => {});
const configuration = {
  name: 'rollback-local-publish-transitions',
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:rollback-local-publish-transitions',
  roleArn: 'arn:aws:iam::000000000000:role/publish-transitions',
  folder: '',
  handler: 'index.handler',
  timeoutSeconds: 60,
  memoryMegabytes: 128,
  environment: {},
};
const environment = { AWS_REGION: 'us-east-1', ENVIRONMENT: 'local', HISTORY_TABLE: 'history', STATE_TABLE: 'state' };

/** Returns how many timers of real time an invocation starts. Only this call can start any: it runs until it waits. */
function timersOf(handler: Handler): number {
  const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
  const before = timers();
  handler({}, { getRemainingTimeInMillis: () => 60_000 }).catch(() => {});
  return timers() - before;
}

test('an invocation that never settles, as one that crashed, leaves no timer of real time', () => {
  const place = { configuration, environment, now: () => 0, sleep: never, carry: never };
  expect(timersOf(handlerOf(place))).toBe(0);
});

test('middy starts such a timer for an invocation that knows its remaining time', () => {
  expect(timersOf(middy(never) as Handler)).toBe(1);
});

test('each invocation knows its own remaining time', async () => {
  const handler = withoutRealTimers(middy(async (_: unknown, context: Context) => context.getRemainingTimeInMillis()));
  const remaining = (milliseconds: number) => handler({}, { getRemainingTimeInMillis: () => milliseconds });
  expect([await remaining(60_000), await remaining(2000)]).toEqual([60_000, 2000]);
});
