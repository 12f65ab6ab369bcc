import type { Instant } from '../clock/clock.ts';
import type { Application, HostedVersion, Profile, Strategy, Tags } from './configuration.ts';
import type { Step } from './growth.ts';

/** The clients that a configuration is deployed to, as one group. Only one deployment runs in it at a time. */
export type Environment = {
  readonly id: string;
  readonly application: Application;
  readonly name: string;
  readonly description?: string | undefined;
  monitors: Monitor[];
  readonly tags: Tags;
  /** By deployment number, which counts from 1. */
  readonly deployments: Deployment[];
};
export type Monitor = {
  readonly AlarmArn: string;
  readonly AlarmRoleArn?: string | undefined;
  /** Whether a rehearsal added the monitor. */
  readonly injected?: true;
  /** The number of deployments that the monitor has rolled back. */
  rolledBack?: number;
};

export type DeploymentState = 'DEPLOYING' | 'BAKING' | 'COMPLETE' | 'ROLLING_BACK' | 'ROLLED_BACK' | 'REVERTED';

/** The rollout of one version of a profile to the clients of an environment. */
export type Deployment = {
  readonly number: number;
  readonly environment: Environment;
  readonly profile: Profile;
  readonly version: HostedVersion;
  readonly strategy: Strategy;
  readonly description?: string | undefined;
  readonly tags: Tags;
  readonly startedAt: Instant;
  state: DeploymentState;
  completedAt?: Instant;
  /** Oldest first. */
  readonly events: DeploymentEvent[];
  /** The percentage of clients offered this version from each instant on: oldest first, never decreasing. */
  readonly offers: (Pick<Step, 'percentage'> & { readonly at: Instant })[];
  /** The instant of the rollback or revert: from then on no client is offered this version. */
  withdrawnAt?: Instant;
};

export type DeploymentEvent = {
  readonly type:
    | 'DEPLOYMENT_STARTED'
    | 'PERCENTAGE_UPDATED'
    | 'BAKE_TIME_STARTED'
    | 'DEPLOYMENT_COMPLETED'
    | 'ROLLBACK_STARTED'
    | 'ROLLBACK_COMPLETED'
    | 'REVERT_COMPLETED';
  readonly triggeredBy: 'USER' | 'APPCONFIG' | 'CLOUDWATCH_ALARM';
  readonly description: string;
  readonly at: Instant;
};

/** Whether a deployment grows or bakes, so that a monitor can still roll it back. */
export const inProgress = ({ state }: Deployment): boolean => state === 'DEPLOYING' || state === 'BAKING';

/** Whether a deployment keeps others from starting in its environment. */
export const blocks = (deployment: Deployment): boolean =>
  inProgress(deployment) || deployment.state === 'ROLLING_BACK';

/** Returns the percentage of clients that a deployment offers its version to at an instant. */
export function percentageAt({ offers, withdrawnAt }: Deployment, instant: Instant): number {
  if (withdrawnAt !== undefined && withdrawnAt <= instant) return 0;
  return offers.findLast(({ at }) => at <= instant)?.percentage ?? 0;
}

/**
 * Returns the version that a client is offered at an instant: that of the newest deployment that has reached the client.
 *
 * `share` is the client's fixed position from 0 to 1. Percentages only grow, so a client that has seen a new version
 * keeps it unless the deployment is rolled back or reverted.
 */
export const offered = (
  { deployments }: Environment,
  profile: Profile,
  share: number,
  instant: Instant,
): HostedVersion | undefined =>
  deployments.findLast(
    (deployment) => deployment.profile === profile && share * 100 < percentageAt(deployment, instant),
  )?.version;
