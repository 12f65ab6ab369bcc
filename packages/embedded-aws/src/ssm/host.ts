/** A trading host: a directory that Systems Manager knows as an EC2 instance, or as a hybrid node. */
export type Host = {
  readonly instanceId: string;
  readonly name: string;
  /** The folder that serves as the host's root and home. Its `bin` is first on the PATH of every script. */
  readonly folder: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly platform: {
    readonly PlatformType: 'Linux';
    readonly PlatformName: string;
    readonly PlatformVersion: string;
  };
  readonly agentVersion: string;
  /** Whether the host is reachable at the start; `faults.setReachable` changes that later. */
  readonly reachable: boolean;
};

/** Returns whether a host is outside EC2: its id, `mi-…`, is then from Systems Manager. */
export const isHybrid = (instanceId: string): boolean => instanceId.startsWith('mi-');

/** Returns the condition keys with which a policy may compare a resource's tags. */
export function tagKeys(tags: Readonly<Record<string, string>>): Record<string, string> {
  const keys = Object.entries(tags).flatMap(([key, value]) => [
    [`ssm:resourceTag/${key}`, value],
    [`aws:ResourceTag/${key}`, value],
  ]);
  return Object.fromEntries(keys);
}
