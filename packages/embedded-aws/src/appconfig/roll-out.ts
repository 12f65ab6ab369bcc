import type { Instant } from '../clock/clock.ts';
import {
  type Deployment,
  type DeploymentEvent,
  type DeploymentState,
  inProgress,
  type Monitor,
  percentageAt,
} from './deployment.ts';
import { growth, MINUTE } from './growth.ts';
import type { AppConfigState, MonitoredAlarm } from './state.ts';

/**
 * Milliseconds from the end of the bake time to COMPLETE, and from ROLLING_BACK to ROLLED_BACK.
 *
 * Source: the recorded deployment in the AWS CLI's documentation of get-deployment. It has a bake time of 0 and takes
 * from 21:58:57.7 to 21:59:03.9.
 */
export const FINISHING = 6_000;

/** Milliseconds between two checks of the monitors. AWS names no interval; its fastest alarms are evaluated every 10 s. */
export const MONITORING = 10_000;

/** Schedules a deployment: it grows, bakes and completes, unless a monitor or a person rolls it back. */
export function rollOut(state: AppConfigState, deployment: Deployment): void {
  const { startedAt, strategy } = deployment;
  const grown = startedAt + strategy.deploymentMinutes * MINUTE;
  schedule(state, deployment, [
    ...growth(strategy).map(({ after, percentage }) => ({
      at: startedAt + after,
      run: () => grow(state, deployment, percentage),
    })),
    { at: grown, run: () => bake(state, deployment) },
    { at: grown + strategy.bakeMinutes * MINUTE + FINISHING, run: () => complete(state, deployment) },
  ]);
  watchMonitors(state, deployment, startedAt);
}

type Stage = { readonly at: Instant; readonly run: () => void };

/** Schedules the stages one after the other, so that a stopped deployment leaves no timer of a later stage behind. */
function schedule(state: AppConfigState, deployment: Deployment, [next, ...later]: readonly Stage[]): void {
  if (!next) return;
  state.surroundings.clock.at(next.at, () => {
    if (!inProgress(deployment)) return;
    next.run();
    schedule(state, deployment, later);
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

function watchMonitors(
  state: AppConfigState,
  deployment: Deployment,
  from: Instant,
  monitors: readonly Monitor[] = deployment.environment.monitors,
): void {
  if (monitors.length === 0) return;
  state.surroundings.clock.at(from, () => {
    if (!inProgress(deployment)) return;
    const red = monitors.filter(({ AlarmArn }) => rollsBack(state.alarmOf(AlarmArn)));
    if (red[0]) {
      for (const one of red) one.rolledBack = (one.rolledBack ?? 0) + 1;
      rollBack(state, deployment, 'CLOUDWATCH_ALARM', `Rollback initiated by ${red[0].AlarmArn}`);
    } else watchMonitors(state, deployment, from + MONITORING, monitors);
  });
}

/**
 * A monitor without data counts too, and one whose actions are disabled never (AppConfig guide, "Monitoring deployments for
 * automatic rollback"). The guide says "go into"; here an alarm that is red when the deployment starts counts as well.
 */
const rollsBack = (alarm: MonitoredAlarm | undefined) => alarm?.actionsEnabled === true && alarm.state !== 'OK';

/** Withdraws the version of a deployment in progress from all clients. */
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

/** Withdraws the version of a completed deployment from all clients. */
export function revert(state: AppConfigState, deployment: Deployment): void {
  deployment.withdrawnAt = state.surroundings.clock.now();
  record(state, deployment, 'REVERTED', {
    type: 'REVERT_COMPLETED',
    triggeredBy: 'USER',
    description: 'Revert completed',
  });
}

/** Puts a deployment into a state, adds the event that caused it to the event log, and reports it to watchers. */
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
