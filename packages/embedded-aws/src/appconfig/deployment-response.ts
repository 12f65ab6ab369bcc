import type { Instant } from '../clock/clock.ts';
import { type Deployment, percentageAt } from './deployment.ts';
import type { AppConfigState } from './state.ts';

/** A deployment as ListDeployments returns it. */
export const deploymentSummary = (state: AppConfigState, deployment: Deployment) => ({
  DeploymentNumber: deployment.number,
  ConfigurationName: deployment.profile.name,
  ConfigurationVersion: String(deployment.version.number),
  DeploymentDurationInMinutes: deployment.strategy.deploymentMinutes,
  GrowthType: deployment.strategy.growthType,
  GrowthFactor: deployment.strategy.growthFactor,
  FinalBakeTimeInMinutes: deployment.strategy.bakeMinutes,
  State: deployment.state,
  PercentageComplete: percentageAt(deployment, state.surroundings.clock.now()),
  StartedAt: iso(deployment.startedAt),
  CompletedAt: deployment.completedAt === undefined ? undefined : iso(deployment.completedAt),
  VersionLabel: deployment.version.label,
});

/** A deployment as Start-, Get- and StopDeployment return it, with its event log, the latest event first. */
export const deploymentResponse = (state: AppConfigState, deployment: Deployment) => ({
  ApplicationId: deployment.environment.application.id,
  EnvironmentId: deployment.environment.id,
  DeploymentStrategyId: deployment.strategy.id,
  ConfigurationProfileId: deployment.profile.id,
  ConfigurationLocationUri: 'hosted',
  Description: deployment.description,
  ...deploymentSummary(state, deployment),
  EventLog: deployment.events.toReversed().map(({ type, triggeredBy, description, at }) => ({
    EventType: type,
    TriggeredBy: triggeredBy,
    Description: description,
    OccurredAt: iso(at),
  })),
});

/** The REST APIs of AppConfig write timestamps as ISO 8601. */
const iso = (instant: Instant) => new Date(instant).toISOString();
