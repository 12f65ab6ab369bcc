import type { Need } from '../wire/service.ts';
import type { Tags } from './configuration.ts';
import type { AppConfigState } from './state.ts';

/**
 * Returns the permission that an action needs on one resource, under the tags of that resource.
 *
 * An action has one need per resource type that the service authorization reference of AWS AppConfig requires for it.
 */
const need = ({ surroundings }: AppConfigState, action: string, resource: string, tags: Tags = {}): Need => ({
  action: `appconfig:${action}`,
  resource: `arn:aws:appconfig:${surroundings.region}:${surroundings.accountId}:${resource}`,
  keys: Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
});

type Ids = {
  readonly ApplicationId: string;
  readonly EnvironmentId: string;
  readonly ConfigurationProfileId: string;
  readonly DeploymentNumber: number;
  readonly VersionNumber: number;
};

export const applicationNeed = (state: AppConfigState, action: string, ids: Pick<Ids, 'ApplicationId'>): Need =>
  need(state, action, `application/${ids.ApplicationId}`, state.applications.get(ids.ApplicationId)?.tags);

export const environmentNeed = (
  state: AppConfigState,
  action: string,
  ids: Pick<Ids, 'ApplicationId' | 'EnvironmentId'>,
): Need => need(state, action, environmentPath(ids), state.environments.get(ids.EnvironmentId)?.tags);

export const profileNeed = (
  state: AppConfigState,
  action: string,
  ids: Pick<Ids, 'ApplicationId' | 'ConfigurationProfileId'>,
): Need => need(state, action, profilePath(ids), state.profiles.get(ids.ConfigurationProfileId)?.tags);

export const versionNeed = (
  state: AppConfigState,
  action: string,
  ids: Pick<Ids, 'ApplicationId' | 'ConfigurationProfileId' | 'VersionNumber'>,
): Need => need(state, action, `${profilePath(ids)}/hostedconfigurationversion/${ids.VersionNumber}`);

export const deploymentNeed = (
  state: AppConfigState,
  action: string,
  ids: Pick<Ids, 'ApplicationId' | 'EnvironmentId' | 'DeploymentNumber'>,
): Need => {
  const deployment = state.environments.get(ids.EnvironmentId)?.deployments[ids.DeploymentNumber - 1];
  return need(state, action, `${environmentPath(ids)}/deployment/${ids.DeploymentNumber}`, deployment?.tags);
};

export const strategyNeed = (state: AppConfigState, action: string, strategyId: string): Need =>
  need(state, action, `deploymentstrategy/${strategyId}`, state.strategies.get(strategyId)?.tags);

/** The need of a data plane action: one profile as it is deployed to one environment. */
export const configurationNeed = (
  state: AppConfigState,
  action: string,
  ids: Pick<Ids, 'ApplicationId' | 'EnvironmentId' | 'ConfigurationProfileId'>,
): Need => need(state, action, `${environmentPath(ids)}/configuration/${ids.ConfigurationProfileId}`);

const environmentPath = (ids: Pick<Ids, 'ApplicationId' | 'EnvironmentId'>) =>
  `application/${ids.ApplicationId}/environment/${ids.EnvironmentId}`;
const profilePath = (ids: Pick<Ids, 'ApplicationId' | 'ConfigurationProfileId'>) =>
  `application/${ids.ApplicationId}/configurationprofile/${ids.ConfigurationProfileId}`;
