/** A trading host: a directory that Systems Manager knows as an EC2 instance. */
export type Host = {
  readonly instanceId: string;
  readonly name: string;
  /** Stands for the host's root and home; its `bin` comes first on the PATH of every script. */
  readonly folder: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly platform: {
    readonly PlatformType: 'Linux';
    readonly PlatformName: string;
    readonly PlatformVersion: string;
  };
  readonly agentVersion: string;
  /** At the start; `faults.setReachable` changes it afterwards. */
  readonly reachable: boolean;
};

/** The condition keys under which a role's policy may ask for a resource's tags. */
export function tagKeys(tags: Readonly<Record<string, string>>): Record<string, string> {
  const keys = Object.entries(tags).flatMap(([key, value]) => [
    [`ssm:resourceTag/${key}`, value],
    [`aws:ResourceTag/${key}`, value],
  ]);
  return Object.fromEntries(keys);
}
