import type { Instant } from '../clock/clock.ts';
import type { HostedVersion, Profile } from './configuration.ts';
import type { Environment } from './deployment.ts';

/** A client of the data plane. Each of its polls uses up the token and gets the next one. */
export type Session = {
  readonly id: string;
  readonly environment: Environment;
  readonly profile: Profile;
  /** Set by a client that wants to be held to it. */
  readonly requiredInterval?: number | undefined;
  readonly polls: number;
  readonly lastPollAt?: Instant | undefined;
  readonly seen?: HostedVersion | undefined;
  readonly tokenExpiresAt: Instant;
};

/** Tokens are valid for up to 24 hours (GetLatestConfiguration, API reference). */
export const TOKEN_LIFETIME = 24 * 3_600_000;
