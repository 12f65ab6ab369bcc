import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

let account: SimulatedAccount;
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly(), { hosts: 2 });
  await account.letPass(180); // until both layers have their first values, and the normal one its monitors
}, 240_000);
afterAll(() => account.close());

const run = (words: readonly string[]) =>
  account.during(
    rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: 'ana@rollback-local-operator' }),
  );
const close = () => run(['flags', 'set', 'order_gateway', 'closed', '--operator', 'ana', '--reason', 'gateway healed']);
const shown = async () => JSON.parse((await run(['flags', 'show', '--json'])).stdout);

/** Publishes errors of the component for so many seconds, as a host does. */
async function publish(errors: number, seconds: number): Promise<void> {
  const client = new CloudWatchClient({
    ...{ region: 'us-east-1', endpoint: account.endpoint },
    credentials: { accessKeyId: 'host', secretAccessKey: 'none' },
  });
  const Dimensions = [{ Name: 'component', Value: 'order_gateway' }];
  for (let second = 0; second < seconds; second += 10) {
    const MetricData = [{ MetricName: 'ComponentErrors', Dimensions, Value: errors, StorageResolution: 1 }];
    await client.send(new PutMetricDataCommand({ Namespace: 'Rollback/Trading', MetricData }));
    await account.letPass(10);
  }
}

test('the alarm of a component opens its circuit breaker, in the layer that no alarm watches', async () => {
  await publish(7, 40);
  await account.letPass(60);
  const { safety, normal, overridden_by } = await shown();
  expect([safety.values.order_gateway, normal.values.order_gateway]).toEqual(['open', undefined]);
  expect(overridden_by.order_gateway).toMatch(/^[0-9a-f-]{36}/);
  expect((await run(['flags', 'history'])).stdout).toMatch(
    /order_gateway {2}- -> open .*alarm rollback-local-breaker-order_gateway \(arn:aws:sts::.*\): The alarm turned red at /,
  );
});

test('a person cannot close it while the alarm is red, and closes it afterwards', async () => {
  await publish(7, 30);
  expect(await close()).toMatchObject({ code: 1, stderr: expect.stringContaining('is ALARM, expected OK') });
  await publish(0, 60);
  expect((await shown()).safety.values.order_gateway).toBe('open');
  expect(await close()).toMatchObject({ code: 0 });
  expect((await shown()).safety.values.order_gateway).toBe('closed');
});
