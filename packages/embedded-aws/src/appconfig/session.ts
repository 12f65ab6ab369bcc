import type { Instant } from '../clock/clock.ts';
import type { HostedVersion, Profile } from './configuration.ts';
import type { Environment } from './deployment.ts';

/** A client's session with the data plane. Each poll uses up the current token and returns the next one. */
export type Session = {
  readonly id: string;
  readonly environment: Environment;
  readonly profile: Profile;
  /** RequiredMinimumPollIntervalInSeconds, if the client set it: an earlier poll is refused. */
  readonly requiredInterval?: number | undefined;
  readonly polls: number;
  readonly lastPollAt?: Instant | undefined;
  /** The version that the last poll returned. */
  readonly seen?: HostedVersion | undefined;
  readonly tokenExpiresAt: Instant;
};

/** Tokens are valid for up to 24 hours (GetLatestConfiguration, API reference). */
export const TOKEN_LIFETIME = 24 * 3_600_000;
