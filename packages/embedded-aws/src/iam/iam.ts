import { AwsError } from '../wire/aws-error.ts';
import type { Caller, Need } from '../wire/service.ts';
import { evaluate } from './evaluate.ts';
import { awsManagedPolicies } from './managed-policies.ts';
import { type Policy, parsePolicy } from './policy.ts';

/** A role as the template describes it. */
export type RoleDescription = {
  readonly name: string;
  readonly arn: string;
  readonly assumeRolePolicyDocument: unknown;
  readonly inlinePolicies: readonly { readonly name: string; readonly document: unknown }[];
  readonly managedPolicyArns: readonly string[];
};

export type Iam = ReturnType<typeof iam>;

type Role = { readonly arn: string; readonly trust: Policy; readonly policies: Policy[] };

/** The account's roles, their policies, and the one place that says who may do what. */
export function iam() {
  const roles = new Map<string, Role>();
  const managedPolicies = new Map<string, Policy>(awsManagedPolicies);

  /** Callers name a role by its ARN, policies by its name. */
  const roleOf = (nameOrArn: string): Role => {
    const role = roles.get(nameOrArn) ?? roles.get(nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1));
    if (!role)
      throw new Error(`There is no role ${nameOrArn}. The account has ${[...roles.keys()].join(', ') || 'none'}.`);
    return role;
  };

  const managedPolicy = (arn: string): Policy => {
    const policy = managedPolicies.get(arn);
    if (policy) return policy;
    throw new Error(
      `The managed policy ${arn} is unknown. Known: ${[...managedPolicies.keys()].join(', ')}; ` +
        `AWS's own are listed in packages/embedded-aws/src/iam/managed-policies.ts.`,
    );
  };

  const attachManagedPolicy = (roleName: string, arn: string): void =>
    void roleOf(roleName).policies.push(managedPolicy(arn));

  const attachPolicy = (roleName: string, name: string, document: unknown): void =>
    void roleOf(roleName).policies.push(parsePolicy(name, document));

  return {
    createRole: ({ name, arn, assumeRolePolicyDocument, inlinePolicies, managedPolicyArns }: RoleDescription): void => {
      if (roles.has(name)) throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
      const trust = parsePolicy(`${name} (trust)`, assumeRolePolicyDocument, 'trust');
      const inline = inlinePolicies.map((policy) => parsePolicy(policy.name, policy.document));
      roles.set(name, { arn, trust, policies: [...inline, ...managedPolicyArns.map(managedPolicy)] });
    },

    /** An inline policy, as PutRolePolicy adds it. */
    attachPolicy,

    /** A managed policy of the template's own; roles name it by ARN. */
    createManagedPolicy: (arn: string, document: unknown): void =>
      void managedPolicies.set(arn, parsePolicy(arn, document)),

    attachManagedPolicy,

    /** The ARN of the template's managed policy of that name. */
    policyNamed: (name: string): string | undefined =>
      [...managedPolicies.keys()].find((arn) => !arn.startsWith('arn:aws:iam::aws:') && arn.endsWith(`/${name}`)),

    /** Throws AccessDeniedException for the first need that the caller's policies do not cover. */
    authorize: (caller: Caller, needs: readonly Need[]): void => {
      if (caller.role === undefined && caller.managedPolicy === undefined) return;
      const { arn, policies } =
        caller.role === undefined
          ? { arn: principalArn(caller), policies: [managedPolicy(caller.managedPolicy ?? '')] }
          : roleOf(caller.role);
      // The account stands for endpoints that take TLS only.
      const always = { 'aws:PrincipalArn': arn, 'aws:SecureTransport': 'true' };
      for (const need of needs) {
        const { decision } = evaluate(policies, { ...need, keys: { ...always, ...need.keys } });
        if (decision !== 'allowed') throw accessDenied(caller, need, decision);
      }
    },

    /** Whether a service may take on a role; `keys` are what the service says of itself, `aws:SourceArn` for one. */
    mayAssume: (roleArn: string, servicePrincipal: string, keys: NonNullable<Need['keys']> = {}): boolean => {
      const { trust } = roleOf(roleArn);
      const statements = trust.statements.filter(({ Principal }) => Principal?.['Service']?.includes(servicePrincipal));
      const need = { action: 'sts:AssumeRole', resource: roleArn, keys };
      return evaluate([{ name: trust.name, statements }], need).decision === 'allowed';
    },
  };
}

/** For a session, the ARN of the role it is one of (IAM guide, "aws:PrincipalArn"). */
const principalArn = ({ arn }: Caller): string =>
  arn.replace(/^arn:aws:sts::(\d+):assumed-role\/([^/]+)\/.*$/, 'arn:aws:iam::$1:role/$2');

/** Worded as AWS words it (IAM User Guide, "Troubleshoot access denied error messages"). */
function accessDenied(
  { arn }: Caller,
  { action, resource }: Need,
  decision: 'explicitDeny' | 'implicitDeny',
): AwsError {
  const reason =
    decision === 'explicitDeny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  return new AwsError(
    'AccessDeniedException',
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
  );
}
