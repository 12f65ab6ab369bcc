import type { SFNClientConfig } from '@aws-sdk/client-sfn';

/** An event of the account, such as a state that was entered or a command that ended. */
export type AccountEvent = Readonly<Record<string, unknown>>;

/** The way to an account: over HTTP, or inside one process. */
export type Reach = {
  /** Returns the settings of AWS clients with a person's credentials. */
  readonly clientOf: (person: string) => ClientSettings;
  /** Sends a request under `/_account`. */
  readonly control: (method: string, path: string, body?: unknown) => Promise<{ status: number; text: string }>;
  /** Passes every event from now on to `hear`, until `signal` is aborted. Resolves once it listens. */
  readonly watch: (hear: (event: AccountEvent) => void, signal: AbortSignal) => Promise<void>;
};

export type ClientSettings = Pick<
  SFNClientConfig,
  'region' | 'endpoint' | 'credentials' | 'maxAttempts' | 'requestHandler' | 'retryStrategy' | 'signerConstructor'
>;
