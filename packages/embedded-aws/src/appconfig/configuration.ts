export type Tags = Readonly<Record<string, string>>;

/** The root of AppConfig's resources: environments and configuration profiles belong to an application. */
export type Application = {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly tags: Tags;
};

/** A configuration with all its versions. */
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

/** A version of a configuration in AppConfig's own store. It never changes. */
export type HostedVersion = {
  readonly number: number;
  readonly content: Buffer;
  readonly contentType: string;
  readonly description?: string | undefined;
  readonly label?: string | undefined;
};

/** The speed at which a deployment reaches the clients, and the bake time after it. */
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
