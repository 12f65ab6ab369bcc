import { AwsError } from '../wire/aws-error.ts';
import type { Surroundings } from '../wire/service.ts';
import type { Application, Profile, Strategy } from './configuration.ts';
import type { Deployment, Environment } from './deployment.ts';
import type { Session } from './session.ts';

/** An alarm of CloudWatch as AppConfig sees it. `state`: OK, ALARM or INSUFFICIENT_DATA. */
export type MonitoredAlarm = { readonly state: string; readonly actionsEnabled: boolean };

/** AppConfig's data. Every map is keyed by id. */
export type AppConfigState = {
  readonly surroundings: Surroundings;
  /** Returns a monitor's alarm in CloudWatch; undefined if the alarm does not exist. */
  readonly alarmOf: (alarmArn: string) => MonitoredAlarm | undefined;
  readonly applications: Map<string, Application>;
  readonly environments: Map<string, Environment>;
  readonly profiles: Map<string, Profile>;
  readonly strategies: Map<string, Strategy>;
  /** Keyed by the token that the next poll must use. */
  readonly sessions: Map<string, Session>;
};

type Ids = { readonly ApplicationId: string; readonly EnvironmentId: string; readonly ConfigurationProfileId: string };

export const applicationOf = (state: AppConfigState, { ApplicationId }: Pick<Ids, 'ApplicationId'>): Application =>
  state.applications.get(ApplicationId) ?? notFound('Application', ApplicationId);

export function environmentOf(state: AppConfigState, ids: Pick<Ids, 'ApplicationId' | 'EnvironmentId'>): Environment {
  const environment = state.environments.get(ids.EnvironmentId);
  return environment?.application === applicationOf(state, ids)
    ? environment
    : notFound('Environment', ids.EnvironmentId);
}

export function profileOf(state: AppConfigState, ids: Pick<Ids, 'ApplicationId' | 'ConfigurationProfileId'>): Profile {
  const profile = state.profiles.get(ids.ConfigurationProfileId);
  return profile?.application === applicationOf(state, ids)
    ? profile
    : notFound('ConfigurationProfile', ids.ConfigurationProfileId);
}

export const strategyOf = (state: AppConfigState, id: string): Strategy =>
  state.strategies.get(id) ?? notFound('DeploymentStrategy', id);

export const deploymentOf = (environment: Environment, number: number): Deployment =>
  environment.deployments[number - 1] ?? notFound('Deployment', `${environment.id}/${number}`);

export function notFound(kind: string, id: string): never {
  throw new AwsError('ResourceNotFoundException', `There is no ${kind} ${id}.`, 404);
}
