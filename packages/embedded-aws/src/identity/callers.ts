import { remembered } from '../remembered.ts';
import type { Caller } from '../wire/service.ts';

/** The credentials in a function's environment. */
export type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

export type Callers = {
  /** Returns the temporary credentials of a session of a role, the same each time. Lambda gives them to its functions. */
  credentialsFor(roleArn: string, session: string): Credentials;
  /** Returns the caller who signed a request. Signatures are not verified, because everything is on one machine. */
  of(authorization: string | undefined): Caller;
};

/** The most headers whose key is remembered. */
const MOST_KEYS = 500;

/** Returns the access key id in a signature; '' if there is none. */
const keyIn = remembered(MOST_KEYS, (authorization) => authorization.match(/Credential=([^/]+)\//)?.[1] ?? '');

/**
 * Finds the caller of a request by its access key. Besides the keys that the account issued:
 *
 * | access key id  | caller                                                                                        |
 * | -------------- | --------------------------------------------------------------------------------------------- |
 * | `ana`          | the user ana, who may do everything                                                           |
 * | `ana@<policy>` | ana in the role of people with that managed policy and no other, as with single sign-on       |
 * | `<policy>`     | a user with that managed policy and no other, so that the policy can be tried                 |
 * | none, `AKIA…`  | the account's owner                                                                           |
 */
export function callers(accountId: string, policyNamed: (name: string) => string | undefined): Callers {
  const byKey = new Map<string, Caller>();
  const given = new Map<string, string>();
  const person = (accessKeyId: string): Caller => {
    const [name = '', policy] = accessKeyId.split('@');
    if (policy !== undefined)
      return {
        arn: `arn:aws:sts::${accountId}:assumed-role/${policy}/${name}`,
        // An unknown policy is refused by name when it is looked up. It must not give the caller all permissions.
        managedPolicy: policyNamed(policy) ?? `arn:aws:iam::${accountId}:policy/${policy}`,
        accessKeyId,
      };
    const managedPolicy = policyNamed(name);
    return {
      arn: `arn:aws:iam::${accountId}:user/${name}`,
      ...(managedPolicy === undefined ? {} : { managedPolicy }),
      accessKeyId,
    };
  };
  return {
    credentialsFor: (roleArn, session) => {
      const role = roleArn.split('/').at(-1) ?? roleArn;
      const arn = `arn:aws:sts::${accountId}:assumed-role/${role}/${session}`;
      const accessKeyId = given.get(arn) ?? `ASIA${String(byKey.size + 1).padStart(16, '0')}`;
      given.set(arn, accessKeyId);
      byKey.set(accessKeyId, { arn, role: roleArn, accessKeyId });
      return { accessKeyId, secretAccessKey: 'not-verified-here' };
    },
    of: (authorization) => {
      const key = authorization === undefined ? '' : keyIn(authorization);
      if (key === '') return { arn: `arn:aws:iam::${accountId}:root` };
      const known = byKey.get(key);
      if (known) return known;
      return /^A[KS]IA/.test(key) ? { arn: `arn:aws:iam::${accountId}:root`, accessKeyId: key } : person(key);
    },
  };
}
