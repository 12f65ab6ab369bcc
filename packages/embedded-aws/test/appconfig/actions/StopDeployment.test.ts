import { describe, expect, test } from 'vitest';
import { MINUTE, seededAccount } from '../appconfig-account.ts';

const REVERT = { 'allow-revert': 'true' };
const HOUR = 60 * MINUTE;

/** Starts to deploy version 2: two minutes of growth, then five of baking. */
const underWay = async (minutes: number) => {
  const account = await seededAccount();
  await account.deploy(2, account.strategy({ name: 'slow', deploymentMinutes: 2, growthFactor: 50, bakeMinutes: 5 }));
  await account.pass(minutes * MINUTE);
  return account;
};

describe('StopDeployment', () => {
  test('rolls back a growing deployment', async () => {
    const account = await underWay(1);
    expect(await account.stop(2)).toMatchObject({ status: 202, body: { State: 'ROLLING_BACK' } });
    await account.pass(6_000);
    expect(await account.deployment(2)).toMatchObject({
      State: 'ROLLED_BACK',
      CompletedAt: '2026-03-02T09:02:06.000Z',
    });
  });

  test('needs the application, the environment and the deployment', async () => {
    const account = await underWay(1);
    await account.stop(2);
    const application = `arn:aws:appconfig:eu-west-1:000000000000:application/${account.application.id}`;
    const environment = `${application}/environment/${account.environment.id}`;
    expect(account.needs.map(({ resource }) => resource)).toEqual([
      application,
      environment,
      `${environment}/deployment/2`,
    ]);
  });

  test.each([
    ['baking', 3, 'BAKING'],
    ['completed', 8, 'COMPLETE'],
  ])('refuses to stop a %s deployment without AllowRevert', async (_, minutes, state) => {
    const account = await underWay(minutes);
    const { status, headers, body } = await account.stop(2);
    expect([status, headers['x-amzn-errortype']]).toEqual([400, 'BadRequestException']);
    expect(body['Message']).toContain(`Deployment 2 is ${state}.`);
  });

  test('rolls back a baking deployment with AllowRevert', async () => {
    const account = await underWay(3);
    await account.stop(2, REVERT);
    await account.pass(MINUTE);
    expect(await account.deployment(2)).toMatchObject({ State: 'ROLLED_BACK' });
  });

  test('reverts a completed deployment with AllowRevert, and hosts receive the previous version', async () => {
    const account = await underWay(9);
    expect(account.on('host-1')).toEqual({ enabled: true, value: 'barchart' });
    expect((await account.stop(2, REVERT)).body).toMatchObject({ State: 'REVERTED' });
    await account.pass(45_000);
    expect(account.on('host-1')).toEqual({ enabled: true, value: 'databento' });
  });

  test('reverts only within 72 hours of the completion', async () => {
    const [early, late] = [await underWay(9), await underWay(9)];
    await early.pass(71 * HOUR);
    await late.pass(72 * HOUR);
    expect((await early.stop(2, REVERT)).status).toBe(202);
    expect((await late.stop(2, REVERT)).status).toBe(400);
  });

  test('never completes a stopped deployment', async () => {
    const account = await underWay(1);
    await account.stop(2);
    await account.pass(HOUR);
    expect(await account.deployment(2)).toMatchObject({ State: 'ROLLED_BACK', PercentageComplete: 0 });
  });
});

test.each([
  ['is ready after a completed deployment', 9, 'READY_FOR_DEPLOYMENT'],
  ['is deploying while a deployment grows', 1, 'DEPLOYING'],
  ['is deploying while a deployment bakes', 3, 'DEPLOYING'],
])('GetEnvironment: an environment %s', async (_, minutes, State) => {
  const account = await underWay(minutes);
  const { body } = await account.request('GET', `${account.path}/environments/${account.environment.id}`);
  expect(body).toMatchObject({ Name: 'local', State });
});
