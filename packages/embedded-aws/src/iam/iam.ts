import { AwsError, unknownKey } from '../wire/aws-error.ts';
import type { Caller, Need } from '../wire/service.ts';
import { evaluate } from './evaluate.ts';
import { type Policy, parsePolicy } from './policy.ts';
import { type RoleDescription, Roles } from './roles.ts';

export type Iam = ReturnType<typeof iam>;

/** Makes the account's IAM: its roles and policies, and the only place that decides which caller may do what. */
export function iam() {
  const roles = new Roles();
  return {
    createRole: (description: RoleDescription): void => roles.create(description),

    /** Adds an inline policy to a role, as PutRolePolicy does. */
    attachPolicy: (roleName: string, name: string, document: unknown): void =>
      void roles.role(roleName).policies.push(parsePolicy(name, document)),

    /** Creates a managed policy of the template. Roles name it by its ARN. */
    createManagedPolicy: (arn: string, document: unknown): void => roles.createManagedPolicy(arn, document),

    attachManagedPolicy: (roleName: string, arn: string): void =>
      void roles.role(roleName).policies.push(roles.managedPolicy(arn)),

    /** Returns the ARN of the template's managed policy of a name. */
    policyNamed: (name: string): string | undefined => roles.policyNamed(name),

    /** Throws AccessDeniedException for the first need that the caller's policies do not cover. */
    authorize: (caller: Caller, needs: readonly Need[]): void => authorize(roles, caller, needs),

    /** Returns whether a service may assume a role. `keys` are condition keys that the service sends, e.g. `aws:SourceArn`. */
    mayAssume: (roleArn: string, servicePrincipal: string, keys: NonNullable<Need['keys']> = {}): boolean => {
      const { trust } = roles.role(roleArn);
      const statements = trust.statements.filter(({ Principal }) => Principal?.['Service']?.includes(servicePrincipal));
      const need = { action: 'sts:AssumeRole', resource: roleArn, keys };
      return evaluate([{ name: trust.name, statements }], need).decision === 'allowed';
    },
  };
}

function authorize(roles: Roles, caller: Caller, needs: readonly Need[]): void {
  if (caller.role === undefined && caller.managedPolicy === undefined) return;
  const { arn, policies } =
    caller.role === undefined
      ? { arn: principalArn(caller), policies: [policyOf(roles, caller)] }
      : roles.role(caller.role);
  // AWS endpoints accept TLS only, so every request counts as sent over TLS.
  const always = { 'aws:PrincipalArn': arn, 'aws:SecureTransport': 'true' };
  for (const need of needs) {
    const { decision } = evaluate(policies, { ...need, keys: { ...always, ...need.keys } });
    if (decision !== 'allowed') throw accessDenied(caller, need, decision);
  }
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

/** Returns the value of aws:PrincipalArn: for a session, the ARN of its role (IAM guide, "aws:PrincipalArn"). */
const principalArn = ({ arn }: Caller): string =>
  arn.replace(/^arn:aws:sts::(\d+):assumed-role\/([^/]+)\/.*$/, 'arn:aws:iam::$1:role/$2');

/** Returns the error in the words of AWS (IAM User Guide, "Troubleshoot access denied error messages"). */
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
