import { describe, expect, test } from 'vitest';
import { AwsError } from '../../src/wire/aws-error.ts';
import { person, SmallAccount } from './appconfig-account.ts';

describe('a request to AppConfig', () => {
  test('for an unsupported action is refused with the list of supported actions', async () => {
    const { status, headers, body } = await new SmallAccount().request('POST', '/applications');
    expect([status, headers['x-amzn-errortype']]).toEqual([404, 'UnknownOperationException']);
    expect(body['Message']).toMatch(
      /^The embedded account has no POST \/applications of AppConfig; it has .*StartDeployment/,
    );
  });

  test('that IAM denies returns 403 AccessDeniedException, like every REST API', async () => {
    const { appconfig } = new SmallAccount();
    const request = { method: 'GET', path: '/applications', headers: {}, body: Buffer.alloc(0) };
    const deny = () => {
      throw new AwsError('AccessDeniedException', 'not authorized');
    };
    expect(await appconfig.handle(request, deny, person)).toEqual({
      status: 403,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' },
      body: '{"Message":"not authorized"}',
    });
  });

  test('with a number that is not one is refused', async () => {
    const account = new SmallAccount();
    const { status, body } = await account.request('GET', '/applications?max_results=many');
    expect(status).toBe(400);
    expect(body['Message']).toContain('MaxResults');
  });
});

test.each([
  ['ListApplications', '/applications', ['rollback']],
  ['ListEnvironments', '/applications/{a}/environments', ['local', 'local-safety']],
  ['ListConfigurationProfiles', '/applications/{a}/configurationprofiles', ['trading']],
  ['ListConfigurationProfiles of a type', '/applications/{a}/configurationprofiles?type=AWS.Freeform', []],
])('%s returns the existing resources', async (_, path, names) => {
  const account = new SmallAccount();
  const { body } = await account.request('GET', path.replace('{a}', account.application.id));
  expect((body['Items'] as { Name: string }[]).map(({ Name }) => Name)).toEqual(names);
});

test("ListDeploymentStrategies returns AWS's own strategies, all with a bake time", async () => {
  const { body } = await new SmallAccount().request('GET', '/deploymentstrategies');
  expect((body['Items'] as Record<string, unknown>[]).map((one) => [one['Id'], one['FinalBakeTimeInMinutes']])).toEqual(
    [
      ['AppConfig.AllAtOnce', 10],
      ['AppConfig.Linear50PercentEvery30Seconds', 1],
      ['AppConfig.Canary10Percent20Minutes', 10],
      ['AppConfig.Linear20PercentEvery6Minutes', 30],
    ],
  );
});
