import { describe, expect, test } from 'vitest';
import { MINUTE, MONITOR, type SmallAccount, seededAccount } from '../appconfig-account.ts';

const AlarmRoleArn = 'arn:aws:iam::000000000000:role/monitor';
const update = (account: SmallAccount, Monitors: readonly object[]) =>
  account.request('PATCH', `${account.path}/environments/${account.environment.id}`, { body: { Monitors } });

describe('UpdateEnvironment', () => {
  test('replaces the monitors of an environment', async () => {
    const account = await seededAccount();
    const { status, body } = await update(account, [{ AlarmArn: `${MONITOR}-2`, AlarmRoleArn }]);
    expect([status, body['Monitors']]).toEqual([200, [{ AlarmArn: `${MONITOR}-2`, AlarmRoleArn }]]);
  });

  test('leaves a deployment the monitors with which it started', async () => {
    const account = await seededAccount();
    await account.deploy(2, account.strategy({ name: 'slow', deploymentMinutes: 2, growthFactor: 50, bakeMinutes: 5 }));
    await update(account, []);
    account.alarm = 'ALARM';
    await account.pass(MINUTE);
    expect(await account.deployment(2)).toMatchObject({ State: 'ROLLED_BACK' });
  });

  test('needs the right to give AppConfig the role', async () => {
    const account = await seededAccount();
    await update(account, [{ AlarmArn: MONITOR, AlarmRoleArn }]);
    expect(account.needs.map(({ action }) => action)).toEqual([
      'appconfig:UpdateEnvironment',
      'appconfig:UpdateEnvironment',
      'iam:PassRole',
    ]);
    expect(account.needs.at(-1)).toMatchObject({
      resource: AlarmRoleArn,
      keys: { 'iam:PassedToService': 'appconfig.amazonaws.com' },
    });
  });

  test('takes at most five monitors', async () => {
    const account = await seededAccount();
    const six = Array.from({ length: 6 }, (_, i) => ({ AlarmArn: `${MONITOR}-${i}` }));
    expect((await update(account, six)).status).toBe(400);
  });
});
