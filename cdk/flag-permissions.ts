import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { FlagLayers } from './flag-layers.ts';
import { wildcard } from './wildcard.ts';

/** Overrides flags in the safety layer, only by the deployment strategy without bake time. */
export const overrideFlags = ({ application, safety, immediate }: FlagLayers) => [
  ...writeLayer(application, safety, immediate),
  ...followLayer(application, safety, 'GetDeployment', 'StopDeployment'),
];

/** Writes the first values of both layers. */
export const seedFlagLayers = ({ application, normal, safety, immediate }: FlagLayers) => [
  ...writeLayer(application, normal, immediate),
  ...writeLayer(application, safety, immediate),
];

/** Gives the normal layer its monitors, and AppConfig the one role by which it reads them. */
export const keepFlagMonitors = ({ application, normal, monitorRole }: FlagLayers) => [
  new PolicyStatement({
    actions: ['appconfig:GetEnvironment', 'appconfig:UpdateEnvironment'],
    resources: [application, normal.environment],
  }),
  new PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [monitorRole.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'appconfig.amazonaws.com' } },
  }),
];

/** Reads whether a deployment of flags is under way. */
export const seeRollouts = ({ application, normal, safety }: FlagLayers) =>
  new PolicyStatement({
    actions: ['appconfig:ListDeployments'],
    resources: [application, normal.environment, safety.environment],
  });

/** Sets flags of the normal layer, by the strategies that people may choose. */
export const setNormalFlags = ({ application, normal, strategies }: FlagLayers) => [
  ...writeLayer(application, normal, ...strategies),
  ...followLayer(application, normal, 'GetDeployment'),
];

/** Sets circuit breakers in the safety layer, only at once. */
export const setBreakers = ({ application, safety, immediate }: FlagLayers) => [
  ...writeLayer(application, safety, immediate),
  ...followLayer(application, safety, 'GetDeployment'),
];

/** Every action with all resources that it needs (Service Authorization Reference, AWS AppConfig). */
const writeLayer = (
  application: string,
  { environment, profile }: FlagLayers['safety'],
  ...strategies: readonly string[]
): PolicyStatement[] => [
  new PolicyStatement({
    actions: ['appconfig:ListHostedConfigurationVersions', 'appconfig:CreateHostedConfigurationVersion'],
    resources: [application, profile],
  }),
  new PolicyStatement({ actions: ['appconfig:ListDeployments'], resources: [application, environment] }),
  new PolicyStatement({
    actions: ['appconfig:StartDeployment'],
    resources: [application, environment, profile, ...strategies],
  }),
];

/** Reads the versions of a layer's flags. `deploymentActions`: the actions on its deployments. */
const followLayer = (
  application: string,
  { environment, profile }: FlagLayers['safety'],
  ...deploymentActions: readonly string[]
): PolicyStatement[] => [
  wildcard('Versions of this one profile, because AppConfig numbers them when they are created.', {
    actions: ['appconfig:GetHostedConfigurationVersion'],
    resources: [application, profile, `${profile}/hostedconfigurationversion/*`],
  }),
  wildcard('Deployments of this one environment, because AppConfig numbers them when they start.', {
    actions: deploymentActions.map((action) => `appconfig:${action}`),
    resources: [application, environment, `${environment}/deployment/*`],
  }),
];
