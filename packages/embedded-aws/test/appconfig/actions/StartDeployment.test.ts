import { describe, expect, test } from 'vitest';
import { dataSource, MINUTE, MONITOR, SmallAccount, seededAccount } from '../appconfig-account.ts';

const stored = async () => {
  const account = new SmallAccount();
  await account.store(dataSource('databento'));
  return account;
};
const types = (deployment: { [field: string]: unknown }) =>
  (deployment['EventLog'] as { EventType: string }[]).map(({ EventType }) => EventType).reverse();

describe('StartDeployment', () => {
  test('returns a deployment that no client has been offered yet', async () => {
    const account = await stored();
    const { status, body } = await account.deploy(1, { id: 'AppConfig.AllAtOnce' }, { Description: 'flip' });
    expect(status).toBe(201);
    expect(body).toEqual({
      ApplicationId: account.application.id,
      EnvironmentId: account.environment.id,
      DeploymentStrategyId: 'AppConfig.AllAtOnce',
      ConfigurationProfileId: account.profile.id,
      ConfigurationLocationUri: 'hosted',
      ConfigurationName: 'trading',
      ConfigurationVersion: '1',
      DeploymentNumber: 1,
      Description: 'flip',
      DeploymentDurationInMinutes: 0,
      GrowthType: 'LINEAR',
      GrowthFactor: 100,
      FinalBakeTimeInMinutes: 10,
      State: 'DEPLOYING',
      PercentageComplete: 0,
      StartedAt: '2026-03-02T09:00:00.000Z',
      EventLog: [
        {
          EventType: 'DEPLOYMENT_STARTED',
          TriggeredBy: 'USER',
          Description: 'Deployment started',
          OccurredAt: '2026-03-02T09:00:00.000Z',
        },
      ],
    });
  });

  test('needs the application, the environment, the profile and the strategy', async () => {
    const account = await stored();
    const strategy = account.strategy({ name: 'emergency' });
    await account.deploy(1, strategy);
    const arn = 'arn:aws:appconfig:eu-west-1:000000000000';
    const application = `${arn}:application/${account.application.id}`;
    expect(account.needs.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      `appconfig:StartDeployment ${application}`,
      `appconfig:StartDeployment ${application}/environment/${account.environment.id}`,
      `appconfig:StartDeployment ${application}/configurationprofile/${account.profile.id}`,
      `appconfig:StartDeployment ${arn}:deploymentstrategy/${strategy.id}`,
    ]);
  });

  test('completes after six seconds if the strategy has no duration and no bake time', async () => {
    const account = await stored();
    await account.deploy(1, account.strategy({ name: 'emergency' }));
    await account.pass(5_999);
    expect(await account.deployment()).toMatchObject({ State: 'BAKING', PercentageComplete: 100 });
    await account.pass(1);
    expect(await account.deployment()).toMatchObject({ State: 'COMPLETE', CompletedAt: '2026-03-02T09:00:06.000Z' });
  });

  test('bakes for ten minutes with the strategy AllAtOnce', async () => {
    const account = await stored();
    await account.deploy(1, { id: 'AppConfig.AllAtOnce' });
    await account.pass(10 * MINUTE);
    expect(await account.deployment()).toMatchObject({ State: 'BAKING' });
  });

  test.each([
    ['LINEAR', 20, [20, 40, 60, 80, 100]],
    ['LINEAR', 30, [30, 60, 90, 100]],
    ['EXPONENTIAL', 2, [2, 4, 8, 16, 32, 64, 100]],
    ['EXPONENTIAL', 10, [10, 20, 40, 80, 100]],
  ] as const)('grows %s by %d as %j, evenly over its duration', async (growthType, growthFactor, steps) => {
    const account = await stored();
    const deploymentMinutes = steps.length;
    await account.deploy(1, account.strategy({ name: 'gradual', deploymentMinutes, growthType, growthFactor }));
    const seen = [];
    for (const _ of steps) {
      await account.pass(MINUTE);
      seen.push((await account.deployment())['PercentageComplete']);
    }
    expect(seen).toEqual(steps);
  });

  test('returns the event log, the latest event first', async () => {
    const account = await stored();
    await account.deploy(
      1,
      account.strategy({ name: 'halves', deploymentMinutes: 2, growthFactor: 50, bakeMinutes: 1 }),
    );
    await account.pass(4 * MINUTE);
    const deployment = await account.deployment();
    expect(types(deployment)).toEqual([
      'DEPLOYMENT_STARTED',
      'PERCENTAGE_UPDATED',
      'PERCENTAGE_UPDATED',
      'BAKE_TIME_STARTED',
      'DEPLOYMENT_COMPLETED',
    ]);
    expect(deployment['EventLog']).toContainEqual({
      EventType: 'PERCENTAGE_UPDATED',
      TriggeredBy: 'APPCONFIG',
      Description: 'Configuration available to 50.00% of clients',
      OccurredAt: '2026-03-02T09:01:00.000Z',
    });
  });

  test.each(['DEPLOYING', 'BAKING', 'ROLLING_BACK'])('is a conflict while another deployment is %s', async (state) => {
    const account = await stored();
    const slow = account.strategy({ name: 'slow', deploymentMinutes: 10, growthFactor: 50, bakeMinutes: 10 });
    await account.deploy(1, slow);
    await account.pass(state === 'BAKING' ? 11 * MINUTE : MINUTE);
    if (state === 'ROLLING_BACK') await account.stop(1);
    const { status, headers, body } = await account.deploy(1, slow);
    expect([status, headers['x-amzn-errortype']]).toEqual([409, 'ConflictException']);
    expect(body['Message']).toContain(`Deployment 1 to local is ${state}`);
  });

  test('is allowed while a deployment runs in another environment of the same application', async () => {
    const account = await stored();
    await account.deploy(1, account.strategy({ name: 'slow', deploymentMinutes: 10, growthFactor: 50 }));
    const { status } = await account.deploy(1, account.strategy({ name: 'emergency' }), { to: account.safety.id });
    expect(status).toBe(201);
  });

  test('is a conflict if the caller expects another deployment to be the latest', async () => {
    const account = await seededAccount();
    const strategy = account.strategy({ name: 'emergency' });
    expect((await account.deploy(2, strategy, { LatestDeploymentNumber: 0 })).status).toBe(409);
    expect((await account.deploy(2, strategy, { LatestDeploymentNumber: 1 })).status).toBe(201);
  });

  test('finds a version by its label', async () => {
    const account = new SmallAccount();
    await account.store(dataSource('off'), { versionlabel: 'initial' });
    const strategy = account.strategy({ name: 'emergency' });
    const { body } = await account.deploy(1, strategy, { ConfigurationVersion: 'initial' });
    expect(body).toMatchObject({ ConfigurationVersion: '1', VersionLabel: 'initial' });
  });

  test.each([
    ['version', { ConfigurationVersion: '7' }],
    ['strategy', { DeploymentStrategyId: 'AppConfig.Slowly' }],
    ['profile', { ConfigurationProfileId: 'none' }],
  ])('refuses a %s that does not exist', async (_, fields) => {
    const account = await stored();
    expect(await account.deploy(1, account.strategy({ name: 'emergency' }), fields)).toMatchObject({ status: 404 });
  });

  test('refuses a field that the account does not support, by name', async () => {
    const account = await stored();
    const fields = { KmsKeyIdentifier: 'alias/k' };
    const { status, body } = await account.deploy(1, account.strategy({ name: 'emergency' }), fields);
    expect(status).toBe(400);
    expect(body['Message']).toContain('KmsKeyIdentifier');
  });

  test('reports every step to watchers of the account', async () => {
    const account = await stored();
    await account.deploy(1, account.strategy({ name: 'emergency' }));
    await account.pass(MINUTE);
    expect(account.happenings.map(({ event, state }) => [event, state])).toEqual([
      ['DEPLOYMENT_STARTED', 'DEPLOYING'],
      ['PERCENTAGE_UPDATED', 'DEPLOYING'],
      ['BAKE_TIME_STARTED', 'BAKING'],
      ['DEPLOYMENT_COMPLETED', 'COMPLETE'],
    ]);
    expect(account.happenings.at(-1)).toMatchObject({
      environment: 'local',
      profile: 'trading',
      deployment: 1,
      version: 1,
    });
  });
});

describe('a monitor in ALARM', () => {
  test.each(['DEPLOYING', 'BAKING'])('rolls back a deployment that is %s', async (state) => {
    const account = await seededAccount();
    await account.deploy(2, account.strategy({ name: 'slow', deploymentMinutes: 2, growthFactor: 50, bakeMinutes: 5 }));
    await account.pass(state === 'BAKING' ? 3 * MINUTE : MINUTE);
    expect(await account.deployment(2)).toMatchObject({ State: state });
    account.alarm = 'ALARM';
    await account.pass(10_000);
    expect(await account.deployment(2)).toMatchObject({ State: 'ROLLING_BACK', PercentageComplete: 0 });
    await account.pass(6_000);
    const deployment = await account.deployment(2);
    expect(deployment).toMatchObject({ State: 'ROLLED_BACK' });
    expect(deployment['EventLog']).toContainEqual(
      expect.objectContaining({
        EventType: 'ROLLBACK_STARTED',
        TriggeredBy: 'CLOUDWATCH_ALARM',
        Description: `Rollback initiated by ${MONITOR}`,
      }),
    );
  });

  test('rolls back a flag change that starts while it is in ALARM, so overrides need an environment of their own', async () => {
    const account = await seededAccount();
    account.alarm = 'ALARM';
    await account.deploy(2, account.strategy({ name: 'emergency' }));
    await account.pass(MINUTE);
    expect(await account.deployment(2)).toMatchObject({ State: 'ROLLED_BACK' });
    expect(account.on('host-1')).toEqual({ enabled: true, value: 'databento' });
  });

  test('rolls back without data too', async () => {
    const account = await seededAccount();
    account.alarm = 'INSUFFICIENT_DATA';
    await account.deploy(2, account.strategy({ name: 'emergency' }));
    await account.pass(MINUTE);
    expect(await account.deployment(2)).toMatchObject({ State: 'ROLLED_BACK' });
  });

  test('rolls nothing back while its actions are disabled', async () => {
    const account = await seededAccount();
    [account.alarm, account.actionsEnabled] = ['ALARM', false];
    await account.deploy(2, account.strategy({ name: 'emergency' }));
    await account.pass(MINUTE);
    expect(await account.deployment(2)).toMatchObject({ State: 'COMPLETE' });
  });

  test('does not change a completed deployment', async () => {
    const account = await seededAccount();
    account.alarm = 'ALARM';
    await account.pass(MINUTE);
    expect(await account.deployment(1)).toMatchObject({ State: 'COMPLETE' });
  });

  test('does not affect an environment without monitors', async () => {
    const account = await seededAccount();
    account.alarm = 'ALARM';
    await account.deploy(2, account.strategy({ name: 'emergency' }), { to: account.safety.id });
    await account.pass(MINUTE);
    const path = `${account.path}/environments/${account.safety.id}/deployments`;
    expect((await account.request('GET', path)).body).toMatchObject({ Items: [{ State: 'COMPLETE' }] });
  });
});
