import type { Instant } from '../clock/clock.ts';
import { type Deployment, type DeploymentEvent, type DeploymentState, inProgress, percentageAt } from './deployment.ts';
import { growth, MINUTE } from './growth.ts';
import type { AppConfigState } from './state.ts';

/**
 * How long AppConfig takes to call a deployment complete, or rolled back, once nothing is left to wait for. In the
 * recorded deployment that the AWS CLI shows for get-deployment, with a bake time of 0: 21:58:57.7 to 21:59:03.9.
 */
export const FINISHING = 6_000;

/** How often monitors are looked at. AWS does not say; the fastest alarms are evaluated every 10 seconds. */
export const MONITORING = 10_000;

/** Lets a deployment run by itself: it grows, bakes and completes, unless a monitor or a person undoes it. */
export function rollOut(state: AppConfigState, deployment: Deployment): void {
  const { startedAt, strategy } = deployment;
  const grown = startedAt + strategy.deploymentMinutes * MINUTE;
  follow(state, deployment, [
    ...growth(strategy).map(({ after, percentage }) => ({
      at: startedAt + after,
      happen: () => grow(state, deployment, percentage),
    })),
    { at: grown, happen: () => bake(state, deployment) },
    { at: grown + strategy.bakeMinutes * MINUTE + FINISHING, happen: () => complete(state, deployment) },
  ]);
  watchMonitors(state, deployment, startedAt);
}

type Moment = { readonly at: Instant; readonly happen: () => void };

/** One promise to the clock at a time, so that an undone deployment leaves none of its later ones behind. */
function follow(state: AppConfigState, deployment: Deployment, [next, ...later]: readonly Moment[]): void {
  if (!next) return;
  state.surroundings.clock.at(next.at, () => {
    if (!inProgress(deployment)) return;
    next.happen();
    follow(state, deployment, later);
  });
}

function grow(state: AppConfigState, deployment: Deployment, percentage: number): void {
  deployment.offers.push({ at: state.surroundings.clock.now(), percentage });
  const description = `Configuration available to ${percentage.toFixed(2)}% of clients`;
  record(state, deployment, 'DEPLOYING', { type: 'PERCENTAGE_UPDATED', triggeredBy: 'APPCONFIG', description });
}

const bake = (state: AppConfigState, deployment: Deployment): void =>
  record(state, deployment, 'BAKING', {
    type: 'BAKE_TIME_STARTED',
    triggeredBy: 'APPCONFIG',
    description: 'Deployment bake time started',
  });

function complete(state: AppConfigState, deployment: Deployment): void {
  deployment.completedAt = state.surroundings.clock.now();
  record(state, deployment, 'COMPLETE', {
    type: 'DEPLOYMENT_COMPLETED',
    triggeredBy: 'APPCONFIG',
    description: 'Deployment completed',
  });
}

function watchMonitors(state: AppConfigState, deployment: Deployment, from: Instant): void {
  const { monitors } = deployment.environment;
  if (monitors.length === 0) return;
  state.surroundings.clock.at(from, () => {
    if (!inProgress(deployment)) return;
    const red = monitors.find(({ AlarmArn }) => state.alarmState(AlarmArn) === 'ALARM');
    if (red) rollBack(state, deployment, 'CLOUDWATCH_ALARM', `Rollback initiated by ${red.AlarmArn}`);
    else watchMonitors(state, deployment, from + MONITORING);
  });
}

/** Takes a version that is still on its way back from everybody. */
export function rollBack(
  state: AppConfigState,
  deployment: Deployment,
  triggeredBy: DeploymentEvent['triggeredBy'],
  description: string,
): void {
  const { clock } = state.surroundings;
  deployment.withdrawnAt = clock.now();
  record(state, deployment, 'ROLLING_BACK', { type: 'ROLLBACK_STARTED', triggeredBy, description });
  clock.at(clock.now() + FINISHING, () => {
    deployment.completedAt = clock.now();
    record(state, deployment, 'ROLLED_BACK', {
      type: 'ROLLBACK_COMPLETED',
      triggeredBy: 'APPCONFIG',
      description: 'Rollback completed',
    });
  });
}

/** Takes a version that everybody has back from everybody. */
export function revert(state: AppConfigState, deployment: Deployment): void {
  deployment.withdrawnAt = state.surroundings.clock.now();
  record(state, deployment, 'REVERTED', {
    type: 'REVERT_COMPLETED',
    triggeredBy: 'USER',
    description: 'Revert completed',
  });
}

/** Puts a deployment into a state, remembers why, and tells it. */
export function record(
  { surroundings: { clock, tell } }: AppConfigState,
  deployment: Deployment,
  state: DeploymentState,
  event: Omit<DeploymentEvent, 'at'>,
): void {
  const at = clock.now();
  deployment.state = state;
  deployment.events.push({ ...event, at });
  const { environment, profile, number, version } = deployment;
  tell({
    service: 'appconfig',
    event: event.type,
    application: environment.application.name,
    environment: environment.name,
    profile: profile.name,
    deployment: number,
    version: version.number,
    state,
    percentage: percentageAt(deployment, at),
    description: event.description,
  });
}
