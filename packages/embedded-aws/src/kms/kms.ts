import { type Policy, parsePolicy } from '../iam/policy.ts';
import { serviceMay } from '../iam/resource-policy.ts';

export type Kms = ReturnType<typeof kms>;

/**
 * Keeps the policies of the account's keys. Nothing is encrypted, but a service that may not use a topic's key is
 * refused, as on AWS.
 */
export function kms() {
  const keys = new Map<string, Policy>();
  return {
    createKey: (arn: string, policy: unknown): void => void keys.set(arn, parsePolicy(arn, policy)),

    /** Returns whether an AWS service may encrypt with a key. Only the key's policy decides, because services have no roles. */
    letsEncrypt: (service: string, keyArn: string): boolean => {
      const policy = keys.get(keyArn);
      if (!policy)
        throw new Error(`There is no key ${keyArn}. The account has ${[...keys.keys()].join(', ') || 'none'}.`);
      return encrypting(keyArn).every((need) => serviceMay([policy], service, need));
    },
  };
}

/** Returns the permissions that publishing to an encrypted topic needs (SNS guide, "Encryption: key management"). */
export const encrypting = (keyArn: string) =>
  ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({ action, resource: keyArn }));
