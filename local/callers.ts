import type { Caller } from './service.ts';

/** Credentials as Lambda puts them into a function's environment. */
export type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

export type Callers = {
  /** Temporary credentials for a role, as Lambda gets them for a function. */
  credentialsFor(roleArn: string, session: string): Credentials;
  /** Who signed a request. Signatures are not verified: everything here is on one machine. */
  of(authorization: string | undefined): Caller;
};

/**
 * Tells from a request's access key who makes it.
 *
 * A key that is the name of a managed policy belongs to a person who holds that policy and no other, so that a policy can
 * be tried before anybody has it. Any other key the account did not give out is its owner's.
 */
export function callers(accountId: string, policyNamed: (name: string) => string | undefined): Callers {
  const byKey = new Map<string, Caller>();
  const owner: Caller = { arn: `arn:aws:iam::${accountId}:root` };
  const holder = (key: string): Caller | undefined => {
    const managedPolicy = policyNamed(key);
    return managedPolicy === undefined ? undefined : { arn: `arn:aws:iam::${accountId}:user/${key}`, managedPolicy };
  };
  return {
    credentialsFor: (roleArn, session) => {
      const accessKeyId = `ASIA${String(byKey.size + 1).padStart(16, '0')}`;
      const role = roleArn.split('/').at(-1) ?? roleArn;
      byKey.set(accessKeyId, { arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${session}`, role: roleArn });
      return { accessKeyId, secretAccessKey: 'not-verified-here' };
    },
    of: (authorization) => {
      const key = authorization?.match(/Credential=([^/]+)\//)?.[1] ?? '';
      return byKey.get(key) ?? holder(key) ?? owner;
    },
  };
}
