import type { Instant } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import { remembered } from '../remembered.ts';
import type { HostedVersion, Profile } from './configuration.ts';
import { type Environment, offered } from './deployment.ts';
import { retrievedContent } from './retrieved-content.ts';
import type { AppConfigState } from './state.ts';

/** Milliseconds between two polls: the default POLL_INTERVAL of the agent (user guide, "AWS AppConfig Agent"). */
export const POLL_INTERVAL = 45_000;

/**
 * Returns the version that the AppConfig agent on a host has now: the one that its last poll returned.
 *
 * Every host polls at its own phase of the interval. An agent without a version polls at once, like AWS's agent when a
 * configuration is requested for the first time. Polls are not stored, because deployments record all offers.
 */
export function agentVersion(
  state: AppConfigState,
  environment: Environment,
  profile: Profile,
  host: string,
): HostedVersion | undefined {
  const { clock } = state.surroundings;
  const random = hostDraws(state.surroundings.random);
  const share = random(`appconfig/share/${environment.id}/${profile.id}/${host}`);
  const now = clock.now();
  return (
    offered(environment, profile, share, lastPoll(random(`appconfig/poll/${host}`) * POLL_INTERVAL, now)) ??
    offered(environment, profile, share, now)
  );
}

/** The numbers that were drawn for hosts, by the account's source of them. A host keeps its own for ever. */
const draws = new WeakMap<Random, Random>();
const MOST_DRAWS = 1000;

function hostDraws(random: Random): Random {
  const known = draws.get(random) ?? remembered(MOST_DRAWS, random);
  draws.set(random, known);
  return known;
}

/** Returns the last instant that is `phase` milliseconds after a whole number of intervals since 1970. */
const lastPoll = (phase: number, now: Instant): Instant => now - ((now - phase) % POLL_INTERVAL);

/** A file that a host's agent writes, below `var/lib/appconfig`. */
export type AgentFile = {
  /** `<application>/<environment>/<profile>.json`, each by name. */
  readonly path: string;
  /** In the format of GetLatestConfiguration; undefined if the agent has no version. */
  readonly content: Buffer | undefined;
};

/** Returns the files of a host's agent: one per environment and profile of the same application. */
export const agentFiles = (state: AppConfigState, host: string): AgentFile[] =>
  [...state.environments.values()].flatMap((environment) =>
    [...state.profiles.values()]
      .filter(({ application }) => application === environment.application)
      .map((profile) => {
        const version = agentVersion(state, environment, profile, host);
        return {
          path: `${environment.application.name}/${environment.name}/${profile.name}.json`,
          content: version && retrievedContent(profile, version),
        };
      }),
  );
