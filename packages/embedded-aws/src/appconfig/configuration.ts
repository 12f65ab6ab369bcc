export type Tags = Readonly<Record<string, string>>;

export type Application = {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly tags: Tags;
};

export type Profile = {
  readonly id: string;
  readonly application: Application;
  readonly name: string;
  readonly description?: string | undefined;
  readonly type: 'AWS.AppConfig.FeatureFlags' | 'AWS.Freeform';
  readonly tags: Tags;
  /** By version number, which counts from 1. */
  readonly versions: HostedVersion[];
};

export type HostedVersion = {
  readonly number: number;
  readonly content: Buffer;
  readonly contentType: string;
  readonly description?: string | undefined;
  readonly label?: string | undefined;
};

export type Strategy = {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly deploymentMinutes: number;
  readonly growthFactor: number;
  readonly growthType: 'LINEAR' | 'EXPONENTIAL';
  readonly bakeMinutes: number;
  readonly tags: Tags;
};
