import type { Instant } from '../clock/clock.ts';
import type { Application, HostedVersion, Profile, Strategy, Tags } from './configuration.ts';
import type { Step } from './growth.ts';

/** Where configurations are deployed to; one deployment at a time. */
export type Environment = {
  readonly id: string;
  readonly application: Application;
  readonly name: string;
  readonly description?: string | undefined;
  readonly monitors: readonly Monitor[];
  readonly tags: Tags;
  /** By deployment number, which counts from 1. */
  readonly deployments: Deployment[];
};
export type Monitor = { readonly AlarmArn: string; readonly AlarmRoleArn?: string | undefined };

export type DeploymentState = 'DEPLOYING' | 'BAKING' | 'COMPLETE' | 'ROLLING_BACK' | 'ROLLED_BACK' | 'REVERTED';

/** One version of a profile on its way to the clients of an environment. */
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
  /** Which share of the clients is offered this version since when; oldest first, growing. */
  readonly offers: (Pick<Step, 'percentage'> & { readonly at: Instant })[];
  /** Since when nobody is offered it any more. */
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

/** Growing or baking: monitors may still undo it. */
export const inProgress = ({ state }: Deployment): boolean => state === 'DEPLOYING' || state === 'BAKING';

/** No other deployment may start in its environment. */
export const blocks = (deployment: Deployment): boolean =>
  inProgress(deployment) || deployment.state === 'ROLLING_BACK';

/** The share of clients that is offered the version at an instant. */
export function percentageAt({ offers, withdrawnAt }: Deployment, instant: Instant): number {
  if (withdrawnAt !== undefined && withdrawnAt <= instant) return 0;
  return offers.findLast(({ at }) => at <= instant)?.percentage ?? 0;
}

/**
 * The version a client is offered at an instant: of the newest deployment that has come as far as this client.
 *
 * `share` is the client's own place from 0 to 1. It never changes and percentages only grow, so who has seen a new
 * version keeps it unless the deployment is undone.
 */
export const offered = (
  { deployments }: Environment,
  profile: Profile,
  share: number,
  instant: Instant,
): HostedVersion | undefined =>
  deployments.findLast((one) => one.profile === profile && share * 100 < percentageAt(one, instant))?.version;
