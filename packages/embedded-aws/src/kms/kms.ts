import { type Policy, parsePolicy } from '../iam/policy.ts';
import { serviceMay } from '../iam/resource-policy.ts';

export type Kms = ReturnType<typeof kms>;

/**
 * The account's keys: their policies, and nothing else. Nothing is encrypted here, but who may not use a key of a
 * topic is refused, as AWS refuses it.
 */
export function kms() {
  const keys = new Map<string, Policy>();
  return {
    createKey: (arn: string, policy: unknown): void => void keys.set(arn, parsePolicy(arn, policy)),

    /** Whether a service of AWS may encrypt with a key. The key's policy decides alone: services have no roles. */
    letsEncrypt: (service: string, keyArn: string): boolean => {
      const policy = keys.get(keyArn);
      if (!policy)
        throw new Error(`There is no key ${keyArn}. The account has ${[...keys.keys()].join(', ') || 'none'}.`);
      return encrypting(keyArn).every((need) => serviceMay([policy], service, need));
    },
  };
}

/** What publishing to an encrypted topic takes (SNS guide, "Encryption: key management"). */
export const encrypting = (keyArn: string) =>
  ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({ action, resource: keyArn }));
