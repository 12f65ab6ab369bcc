import type { Application, Profile, Strategy } from './configuration.ts';
import { blocks, type Environment } from './deployment.ts';

/** An application as the Get and List actions return it. */
export const describedApplication = ({ id, name, description }: Application) => ({
  Id: id,
  Name: name,
  Description: description,
});

export const describedEnvironment = (environment: Environment) => ({
  ApplicationId: environment.application.id,
  Id: environment.id,
  Name: environment.name,
  Description: environment.description,
  State: stateOf(environment),
  Monitors: environment.monitors,
});

/** Returns the state of an environment, which follows from its latest deployment. Without a deployment it is ready. */
function stateOf({ deployments }: Environment) {
  const latest = deployments.at(-1);
  if (!latest || latest.state === 'COMPLETE') return 'READY_FOR_DEPLOYMENT';
  if (blocks(latest) && latest.state !== 'ROLLING_BACK') return 'DEPLOYING';
  return latest.state;
}

export const describedProfile = ({ id, application, name, description, type }: Profile) => ({
  ApplicationId: application.id,
  Id: id,
  Name: name,
  Description: description,
  LocationUri: 'hosted',
  Type: type,
});

export const profileSummary = (profile: Profile) => {
  const { Description: _, ...summary } = describedProfile(profile);
  return summary;
};

export const describedStrategy = (strategy: Strategy) => ({
  Id: strategy.id,
  Name: strategy.name,
  Description: strategy.description,
  DeploymentDurationInMinutes: strategy.deploymentMinutes,
  GrowthType: strategy.growthType,
  GrowthFactor: strategy.growthFactor,
  FinalBakeTimeInMinutes: strategy.bakeMinutes,
  ReplicateTo: 'NONE',
});
