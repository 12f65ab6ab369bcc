import type { Caller } from '../wire/service.ts';

/** Credentials as Lambda puts them into a function's environment. */
export type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

export type Callers = {
  /** Temporary credentials for a session of a role, as Lambda gets them for a function; the same each time. */
  credentialsFor(roleArn: string, session: string): Credentials;
  /** Who signed a request. Signatures are not verified: everything here is on one machine. */
  of(authorization: string | undefined): Caller;
};

/**
 * Tells from a request's access key who makes it. Besides the keys that the account gave out:
 *
 * | access key id  | who                                                                                          |
 * | -------------- | -------------------------------------------------------------------------------------------- |
 * | `ana`          | the user ana, who may do everything                                                          |
 * | `ana@<policy>` | ana in the role of people who hold that managed policy and no other, as single sign-on has it |
 * | `<policy>`     | a user who holds that managed policy and no other, so that it can be tried                   |
 * | none, `AKIA…`  | the account's owner                                                                          |
 */
export function callers(accountId: string, policyNamed: (name: string) => string | undefined): Callers {
  const byKey = new Map<string, Caller>();
  const given = new Map<string, string>();
  const person = (accessKeyId: string): Caller => {
    const [name = '', policy] = accessKeyId.split('@');
    if (policy !== undefined)
      return {
        arn: `arn:aws:sts::${accountId}:assumed-role/${policy}/${name}`,
        // One that there is not is refused by name when it is looked up; it must not give everything away.
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
      const key = authorization?.match(/Credential=([^/]+)\//)?.[1];
      if (key === undefined) return { arn: `arn:aws:iam::${accountId}:root` };
      const known = byKey.get(key);
      if (known) return known;
      return /^A[KS]IA/.test(key) ? { arn: `arn:aws:iam::${accountId}:root`, accessKeyId: key } : person(key);
    },
  };
}
