import { AwsError, unknownKey } from '../wire/aws-error.ts';
import type { Caller, Need } from '../wire/service.ts';
import { evaluate } from './evaluate.ts';
import type { KeyVerdict, Principal } from './key-policy.ts';
import { type Policy, parsePolicy } from './policy.ts';
import { type RoleDescription, Roles } from './roles.ts';

export type Iam = ReturnType<typeof iam>;

/** Returns the word of a key's policy on a principal. Without keys, IAM policies alone decide. */
export type KeyPolicies = (principal: Principal, need: Need) => KeyVerdict;

/** Makes the account's IAM: its roles and policies, and the only place that decides which caller may do what. */
export function iam(keyPolicies: KeyPolicies = () => 'delegated') {
  const roles = new Roles();
  const allowed = allowedNeeds();
  return {
    createRole: (description: RoleDescription): void => roles.create(description),

    /** Adds an inline policy to a role, as PutRolePolicy does. */
    attachPolicy: (roleName: string, name: string, document: unknown): void => {
      roles.role(roleName).policies.push(parsePolicy(name, document));
      allowed.forget();
    },

    /** Creates a managed policy of the template. Roles name it by its ARN. */
    createManagedPolicy: (arn: string, document: unknown): void => roles.createManagedPolicy(arn, document),

    attachManagedPolicy: (roleName: string, arn: string): void => {
      roles.role(roleName).policies.push(roles.managedPolicy(arn));
      allowed.forget();
    },

    /** Returns the ARN of the template's managed policy of a name. */
    policyNamed: (name: string): string | undefined => roles.policyNamed(name),

    /**
     * Throws AccessDeniedException for the first need that the caller's policies do not cover, and
     * KMSAccessDeniedException if it is a need of a key, which the key's policy must cover too.
     */
    authorize: (caller: Caller, needs: readonly Need[]): void =>
      allowed.unlessKnown(caller, needs, (unknown) => authorize({ roles, keyPolicies }, caller, unknown)),

    /** Returns whether a service may assume a role. `keys` are condition keys that the service sends, e.g. `aws:SourceArn`. */
    mayAssume: (roleArn: string, servicePrincipal: string, keys: NonNullable<Need['keys']> = {}): boolean => {
      const { trust } = roles.role(roleArn);
      const statements = trust.statements.filter(({ Principal }) => Principal?.['Service']?.includes(servicePrincipal));
      const need = { action: 'sts:AssumeRole', resource: roleArn, keys };
      return evaluate([{ name: trust.name, statements }], need).decision === 'allowed';
    },
  };
}

/** The most needs that are remembered. */
const MOST_ALLOWED = 5000;

/** Remembers the needs that were allowed, until a policy is attached: callers repeat most of their requests. */
function allowedNeeds() {
  const known = new Set<string>();
  /** The same for needs that a remembered request has: neither they nor their caller are written as text. */
  let seen = new WeakMap<Need, WeakSet<Caller>>();
  const isSeen = (caller: Caller, need: Need) => seen.get(need)?.has(caller) === true;
  const see = (caller: Caller, need: Need) => seen.set(need, (seen.get(need) ?? new WeakSet()).add(caller));
  const questionOf = ({ arn, role = '', managedPolicy = '' }: Caller, need: Need) =>
    `${arn} ${role} ${managedPolicy} ${JSON.stringify(need)}`;
  return {
    forget: (): void => {
      known.clear();
      seen = new WeakMap();
    },
    /** Calls `check`, which throws for a need that is denied, with the needs that are not known to be allowed. */
    unlessKnown: (caller: Caller, needs: readonly Need[], check: (unknown: readonly Need[]) => void): void => {
      if (needs.length > 0 && needs.every((need) => isSeen(caller, need))) return;
      const unknown = needs.filter((need) => isOfKey(need) || !known.has(questionOf(caller, need)));
      if (unknown.length > 0 || needs.length === 0) check(unknown);
      if (known.size >= MOST_ALLOWED) known.clear();
      for (const need of unknown) known.add(questionOf(caller, need));
      for (const need of needs) if (!isOfKey(need)) see(caller, need);
    },
  };
}

type Deciding = { readonly roles: Roles; readonly keyPolicies: KeyPolicies };

function authorize({ roles, keyPolicies }: Deciding, caller: Caller, needs: readonly Need[]): void {
  const arn = caller.role === undefined ? principalArn(caller) : roles.role(caller.role).arn;
  const policies = policiesOf(roles, caller);
  // AWS endpoints accept TLS only, so every request counts as sent over TLS.
  const always = { 'aws:PrincipalArn': arn, 'aws:SecureTransport': 'true' };
  const principal = { arns: [caller.arn, arn], accountId: arn.split(':')[4] ?? '' };
  for (const one of needs) {
    const need = { ...one, keys: { ...always, ...one.keys } };
    const { decision } = policies ? evaluate(policies, need) : ({ decision: 'allowed' } as const);
    const byKey = isOfKey(need) ? keyPolicies(principal, need) : 'delegated';
    if (byKey === 'explicitDeny' || byKey === 'implicitDeny') throw accessDenied(caller, need, byKey, 'resource');
    if (decision === 'explicitDeny' || (decision === 'implicitDeny' && byKey === 'delegated'))
      throw accessDenied(caller, need, decision, 'identity');
  }
}

/** Returns the policies of a caller; undefined for one who may do everything. */
function policiesOf(roles: Roles, caller: Caller): readonly Policy[] | undefined {
  if (caller.role !== undefined) return roles.role(caller.role).policies;
  return caller.managedPolicy === undefined ? undefined : [policyOf(roles, caller)];
}

/** Throws what AWS answers to an access key that it does not know, if the key names an unknown policy. */
function policyOf(roles: Roles, { accessKeyId = '', managedPolicy = '' }: Caller): Policy {
  try {
    return roles.managedPolicy(managedPolicy);
  } catch (error) {
    throw new AwsError(
      unknownKey,
      `The access key id ${accessKeyId} names a policy that this account lacks. ${(error as Error).message}`,
    );
  }
}

const isOfKey = ({ action }: Need): boolean => action.startsWith('kms:');

/** Returns the value of aws:PrincipalArn: for a session, the ARN of its role (IAM guide, "aws:PrincipalArn"). */
const principalArn = ({ arn }: Caller): string =>
  arn.replace(/^arn:aws:sts::(\d+):assumed-role\/([^/]+)\/.*$/, 'arn:aws:iam::$1:role/$2');

/**
 * Returns the error in the words of AWS (IAM User Guide, "Troubleshoot access denied error messages").
 *
 * Services give the denial of a key a name of its own, so that a caller can tell it from that of their own action.
 */
function accessDenied(
  { arn }: Caller,
  need: Need,
  decision: 'explicitDeny' | 'implicitDeny',
  by: 'identity' | 'resource',
): AwsError {
  const { action, resource } = need;
  const reason =
    decision === 'explicitDeny'
      ? `with an explicit deny in ${by === 'identity' ? 'an identity' : 'a resource'}-based policy`
      : `because no ${by}-based policy allows the ${action} action`;
  return new AwsError(
    isOfKey(need) ? 'KMSAccessDeniedException' : 'AccessDeniedException',
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
  );
}
