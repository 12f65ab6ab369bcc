import { describe, expect, test } from 'vitest';
import { appconfigResources } from '../../src/appconfig/resources.ts';
import { SmallAccount } from './appconfig-account.ts';

const made = (account: SmallAccount, type: string, properties: Record<string, unknown>) =>
  appconfigResources(account.appconfig)[`AWS::AppConfig::${type}`]?.({
    stack: 's',
    logicalId: 'L',
    type,
    properties,
  });

describe('in a template', () => {
  test.each([
    ['Application', { Name: 'other', Tags: [{ Key: 'a', Value: 'b' }] }, 'ApplicationId'],
    ['Environment', { Name: 'staging', Monitors: [{ AlarmArn: 'arn:aws:cloudwatch:x' }] }, 'EnvironmentId'],
    ['ConfigurationProfile', { Name: 'p', LocationUri: 'hosted', Type: 'AWS.Freeform' }, 'ConfigurationProfileId'],
    ['DeploymentStrategy', { Name: 's', DeploymentDurationInMinutes: 0, GrowthFactor: 100, ReplicateTo: 'NONE' }, 'Id'],
  ])('%s is created, and Ref returns its id', async (type, properties, attribute) => {
    const account = new SmallAccount();
    const needsApplication = type === 'Environment' || type === 'ConfigurationProfile';
    const application = needsApplication ? { ApplicationId: account.application.id } : {};
    const result = await made(account, type, { ...properties, ...application });
    expect(result?.ref).toMatch(/^[a-z0-9]{7}$/);
    expect(result?.attributes).toEqual({ [attribute]: result?.ref });
  });

  test.each(['HostedConfigurationVersion', 'Deployment'])(
    '%s is refused: a template must not contain values',
    (type) => {
      expect(() => made(new SmallAccount(), type, {})).toThrow('a template must not contain configuration values');
    },
  );

  test('an unknown property is refused by name', () => {
    const properties = { Name: 'p', LocationUri: 'hosted', Validators: [] };
    expect(() => made(new SmallAccount(), 'ConfigurationProfile', properties)).toThrow('Validators');
  });

  test('an environment of an application that does not exist is refused', () => {
    const properties = { ApplicationId: 'none', Name: 'e' };
    expect(() => made(new SmallAccount(), 'Environment', properties)).toThrow('There is no Application none.');
  });
});
