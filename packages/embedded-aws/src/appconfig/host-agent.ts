import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Instant } from '../clock/clock.ts';
import type { HostedVersion, Profile } from './configuration.ts';
import { type Environment, offered } from './deployment.ts';
import { retrievedContent } from './retrieved-content.ts';
import type { AppConfigState } from './state.ts';

/** POLL_INTERVAL of the AppConfig agent, unless a host sets it otherwise (user guide, "AWS AppConfig Agent"). */
export const POLL_INTERVAL = 45_000;

/**
 * What the AppConfig agent on a host has now: what it was offered at its last poll.
 *
 * Every host polls at its own phase of the interval. An agent that has nothing yet asks at once, as AWS's does for a
 * configuration that it is asked for the first time. Nothing of this is stored: the deployments' history says it all.
 */
export function agentVersion(
  state: AppConfigState,
  environment: Environment,
  profile: Profile,
  host: string,
): HostedVersion | undefined {
  const { clock, random } = state.surroundings;
  const share = random(`appconfig/share/${environment.id}/${profile.id}/${host}`);
  const now = clock.now();
  return (
    offered(environment, profile, share, lastPoll(random(`appconfig/poll/${host}`) * POLL_INTERVAL, now)) ??
    offered(environment, profile, share, now)
  );
}

/** The last instant that is `phase` after a whole number of intervals since 1970. */
const lastPoll = (phase: number, now: Instant): Instant => now - ((now - phase) % POLL_INTERVAL);

/** A file that a host's agent keeps, below `var/lib/appconfig`. */
export type AgentFile = {
  /** `<application>/<environment>/<profile>.json`, by their names. */
  readonly path: string;
  /** As GetLatestConfiguration gives it; undefined where the agent has none. */
  readonly content: Buffer | undefined;
};

/** What a host's agent has now of every configuration there is. */
export const agentFiles = (state: AppConfigState, host: string): AgentFile[] =>
  [...state.environments.values()].flatMap((environment) =>
    [...state.profiles.values()]
      .filter(({ application }) => application === environment.application)
      .map((profile) => {
        const version = agentVersion(state, environment, profile, host);
        return {
          path: join(environment.application.name, environment.name, `${profile.name}.json`),
          content: version && retrievedContent(profile, version),
        };
      }),
  );

/** Brings the agent's files on a host up to date; a reader sees a whole file, old or new. */
export function writeAgentFiles(state: AppConfigState, host: string, folder: string): void {
  for (const { path, content } of agentFiles(state, host)) {
    const file = join(folder, 'var/lib/appconfig', path);
    if (!content) rmSync(file, { force: true });
    else if (!contentOf(file)?.equals(content)) writeWhole(file, content);
  }
}

function writeWhole(file: string, content: Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
