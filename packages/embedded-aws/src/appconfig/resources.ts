import * as z from 'zod';
import { propertiesAs } from '../template/properties.ts';
import type { ResourceMaker } from '../template/resource.ts';
import type { AppConfig } from './appconfig.ts';
import { applicationOf } from './state.ts';

/** Makes the AppConfig resources of a template, except configuration values: a stack deployment must not change them. */
export const appconfigResources = (appconfig: AppConfig): Record<string, ResourceMaker> => ({
  'AWS::AppConfig::Application': ({ properties }) => {
    const { Name, Description, Tags } = propertiesAs(application, properties);
    const { id } = appconfig.createApplication({ name: Name, description: Description, tags: tagsOf(Tags) });
    return { ref: id, attributes: { ApplicationId: id } };
  },

  'AWS::AppConfig::Environment': ({ properties }) => {
    const { ApplicationId, Name, Description, Monitors, Tags } = propertiesAs(environment, properties);
    const { id } = appconfig.createEnvironment({
      application: applicationOf(appconfig.state, { ApplicationId }),
      name: Name,
      description: Description,
      monitors: Monitors,
      tags: tagsOf(Tags),
    });
    return { ref: id, attributes: { EnvironmentId: id } };
  },

  'AWS::AppConfig::ConfigurationProfile': ({ properties }) => {
    const { ApplicationId, Name, Description, Type, Tags } = propertiesAs(profile, properties);
    const { id } = appconfig.createProfile({
      application: applicationOf(appconfig.state, { ApplicationId }),
      name: Name,
      description: Description,
      type: Type,
      tags: tagsOf(Tags),
    });
    return { ref: id, attributes: { ConfigurationProfileId: id } };
  },

  'AWS::AppConfig::DeploymentStrategy': ({ properties }) => {
    const given = propertiesAs(strategy, properties);
    const { id } = appconfig.createStrategy({
      name: given.Name,
      description: given.Description,
      deploymentMinutes: given.DeploymentDurationInMinutes,
      growthFactor: given.GrowthFactor,
      growthType: given.GrowthType,
      bakeMinutes: given.FinalBakeTimeInMinutes,
      tags: tagsOf(given.Tags),
    });
    return { ref: id, attributes: { Id: id } };
  },

  'AWS::AppConfig::HostedConfigurationVersion': refused,
  'AWS::AppConfig::Deployment': refused,
});

function refused(): never {
  throw new Error(
    'a template must not contain configuration values: the next deployment of the stack would overwrite later changes. ' +
      'Create and deploy them through the AppConfig API.',
  );
}

const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() })).default([]);
const tagsOf = (all: z.output<typeof tags>) => Object.fromEntries(all.map(({ Key, Value }) => [Key, Value]));
const description = z.string().max(1024).optional();
/** Accepted without effect, because the account deletes no resources. */
const deletionProtection = { DeletionProtectionCheck: z.string().optional() };

const application = z.strictObject({ Name: z.string().min(1).max(64), Description: description, Tags: tags });

const environment = z.strictObject({
  ApplicationId: z.string(),
  Name: z.string().min(1).max(64),
  Description: description,
  Monitors: z
    .array(z.strictObject({ AlarmArn: z.string(), AlarmRoleArn: z.string().optional() }))
    .max(5)
    .default([]),
  Tags: tags,
  ...deletionProtection,
});

const profile = z.strictObject({
  ApplicationId: z.string(),
  LocationUri: z.literal('hosted'),
  Name: z.string().min(1).max(128),
  Description: description,
  Type: z.enum(['AWS.AppConfig.FeatureFlags', 'AWS.Freeform']).default('AWS.Freeform'),
  Tags: tags,
  ...deletionProtection,
});

const strategy = z.strictObject({
  DeploymentDurationInMinutes: z.int().min(0).max(1440),
  Description: description,
  FinalBakeTimeInMinutes: z.int().min(0).max(1440).default(0),
  GrowthFactor: z.number().min(1).max(100),
  GrowthType: z.enum(['LINEAR', 'EXPONENTIAL']).default('LINEAR'),
  Name: z.string().min(1).max(64),
  ReplicateTo: z.literal('NONE'),
  Tags: tags,
});
