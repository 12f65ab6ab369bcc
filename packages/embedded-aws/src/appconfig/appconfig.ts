import type { HttpService } from '../wire/http-service.ts';
import type { Surroundings } from '../wire/service.ts';
import { actions } from './actions.ts';
import type { Application, Profile, Strategy } from './configuration.ts';
import type { Environment } from './deployment.ts';
import type { Flags } from './feature-flags.ts';
import { type AgentFile, agentFiles, agentVersion } from './host-agent.ts';
import { handleRest } from './rest.ts';
import { retrievedContent } from './retrieved-content.ts';
import { shortId } from './short-id.ts';
import { type AppConfigState, notFound } from './state.ts';

export type AppConfigOptions = {
  /** Returns a monitor's alarm in CloudWatch; undefined if the alarm does not exist. */
  readonly alarmOf: AppConfigState['alarmOf'];
};

/** AppConfig of the embedded account: hosted configurations, deployments with durations, and hosts that poll. */
export type AppConfig = {
  readonly state: AppConfigState;
  readonly actions: typeof actions;
  /** Handles a request signed for `appconfig`, of the control plane or the data plane. */
  readonly handle: HttpService;
  createApplication(application: Omit<Application, 'id'>): Application;
  createEnvironment(environment: Omit<Environment, 'id' | 'deployments'>): Environment;
  createProfile(profile: Omit<Profile, 'id' | 'versions'>): Profile;
  createStrategy(strategy: Omit<Strategy, 'id'>): Strategy;
  /** Returns the flags that a host's agent has now; undefined before their first deployment. */
  effective(environmentId: string, profileId: string, host: string): Flags | undefined;
  /** Returns the files that a host's agent has now: one per environment and profile. */
  agentFiles(host: string): AgentFile[];
};

export function appconfig(surroundings: Surroundings, { alarmOf }: AppConfigOptions): AppConfig {
  const state: AppConfigState = {
    surroundings,
    alarmOf,
    applications: new Map(),
    environments: new Map(),
    profiles: new Map(),
    strategies: new Map(PREDEFINED.map((strategy) => [strategy.id, strategy])),
    sessions: new Map(),
  };
  const added = <One extends { readonly id: string }>(all: Map<string, One>, one: One): One => {
    all.set(one.id, one);
    return one;
  };
  const id = (key: string) => shortId(surroundings.random, `appconfig/${key}`);
  return {
    state,
    actions,
    handle: (request, authorize, caller) => handleRest(state, request, authorize, caller),
    createApplication: (one) => added(state.applications, { ...one, id: id(`application/${one.name}`) }),
    createEnvironment: (one) =>
      added(state.environments, { ...one, id: id(`environment/${one.application.id}/${one.name}`), deployments: [] }),
    createProfile: (one) =>
      added(state.profiles, { ...one, id: id(`profile/${one.application.id}/${one.name}`), versions: [] }),
    createStrategy: (one) => added(state.strategies, { ...one, id: id(`strategy/${one.name}`) }),
    effective: (environmentId, profileId, host) => effective(state, environmentId, profileId, host),
    agentFiles: (host) => agentFiles(state, host),
  };
}

function effective(state: AppConfigState, environmentId: string, profileId: string, host: string): Flags | undefined {
  const environment = state.environments.get(environmentId) ?? notFound('Environment', environmentId);
  const profile = state.profiles.get(profileId) ?? notFound('ConfigurationProfile', profileId);
  const version = agentVersion(state, environment, profile, host);
  return version && (JSON.parse(retrievedContent(profile, version).toString('utf8')) as Flags);
}

const predefined = (
  name: string,
  [deploymentMinutes, growthType, growthFactor, bakeMinutes]: [number, Strategy['growthType'], number, number],
): Strategy => ({ id: name, name, deploymentMinutes, growthType, growthFactor, bakeMinutes, tags: {} });

/** AWS's own strategies (user guide, "Predefined deployment strategies"). All have a bake time. */
const PREDEFINED = [
  predefined('AppConfig.AllAtOnce', [0, 'LINEAR', 100, 10]),
  predefined('AppConfig.Linear50PercentEvery30Seconds', [1, 'LINEAR', 50, 1]),
  predefined('AppConfig.Canary10Percent20Minutes', [20, 'EXPONENTIAL', 10, 10]),
  predefined('AppConfig.Linear20PercentEvery6Minutes', [30, 'LINEAR', 20, 30]),
];
