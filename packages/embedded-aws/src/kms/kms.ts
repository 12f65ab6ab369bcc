import type { KeyPolicies } from '../iam/iam.ts';
import { keyVerdict } from '../iam/key-policy.ts';
import { type Policy, parsePolicy } from '../iam/policy.ts';
import { serviceMay } from '../iam/resource-policy.ts';
import type { Need } from '../wire/service.ts';

export type Kms = ReturnType<typeof kms>;

/**
 * Keeps the policies of the account's keys. Nothing is encrypted, but a publisher that may not use a topic's key is
 * refused, as on AWS: a service by the key's policy, a person or role by it and by IAM policies.
 */
export function kms() {
  const keys = new Map<string, Policy>();
  const policyOf = (keyArn: string): Policy => {
    const policy = keys.get(keyArn);
    if (policy) return policy;
    throw new Error(`There is no key ${keyArn}. The account has ${[...keys.keys()].join(', ') || 'none'}.`);
  };
  /** Returns the word of a key's policy on a person or role. */
  const verdict: KeyPolicies = (principal, need) => keyVerdict(policyOf(need.resource), principal, need);
  return {
    verdict,
    createKey: (arn: string, policy: unknown): void => void keys.set(arn, parsePolicy(arn, policy)),

    /** Returns whether an AWS service may encrypt with a key. Only the key's policy decides, because services have no roles. */
    letsEncrypt: (service: string, keyArn: string): boolean => {
      const policy = policyOf(keyArn);
      return encrypting(keyArn).every((need) => serviceMay([policy], service, need));
    },
  };
}

/** Returns the permissions that publishing to an encrypted topic needs (SNS guide, "Encryption: key management"). */
const encrypting = (keyArn: string): Need[] =>
  ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({ action, resource: keyArn }));

/** Returns the needs of a caller for whom a service uses a key, with the condition keys of such a call (KMS guide). */
export function encryptingFor(caller: { readonly accountId: string }, service: string, keyArn: string): Need[] {
  const region = keyArn.split(':')[3];
  const keys = { 'kms:CallerAccount': caller.accountId, 'kms:ViaService': `${service}.${region}.amazonaws.com` };
  return encrypting(keyArn).map((need) => ({ ...need, keys }));
}
