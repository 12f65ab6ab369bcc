import { AwsError } from '../wire/aws-error.ts';
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

/** A role with the policy that decides who may assume it, and the policies that decide what it may do. */
export type Role = { readonly arn: string; readonly trust: Policy; readonly policies: Policy[] };

/** The roles of the account, and the managed policies of the template and of AWS. */
export class Roles {
  readonly #roles = new Map<string, Role>();
  readonly #managedPolicies = new Map<string, Policy>(awsManagedPolicies);

  create({ name, arn, assumeRolePolicyDocument, inlinePolicies, managedPolicyArns }: RoleDescription): void {
    if (this.#roles.has(name)) throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
    const trust = parsePolicy(`${name} (trust)`, assumeRolePolicyDocument, 'trust');
    const inline = inlinePolicies.map((policy) => parsePolicy(policy.name, policy.document));
    const managed = managedPolicyArns.map((policyArn) => this.managedPolicy(policyArn));
    this.#roles.set(name, { arn, trust, policies: [...inline, ...managed] });
  }

  /** Returns a role by its name, which policies use, or by its ARN, which callers use. */
  role(nameOrArn: string): Role {
    const role = this.#roles.get(nameOrArn) ?? this.#roles.get(nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1));
    if (role) return role;
    throw new Error(`There is no role ${nameOrArn}. The account has ${[...this.#roles.keys()].join(', ') || 'none'}.`);
  }

  createManagedPolicy(arn: string, document: unknown): void {
    this.#managedPolicies.set(arn, parsePolicy(arn, document));
  }

  managedPolicy(arn: string): Policy {
    const policy = this.#managedPolicies.get(arn);
    if (policy) return policy;
    throw new Error(
      `The managed policy ${arn} is unknown. Known: ${[...this.#managedPolicies.keys()].join(', ')}; ` +
        `AWS's own are listed in packages/embedded-aws/src/iam/managed-policies.ts.`,
    );
  }

  /** Returns the ARN of the template's managed policy of a name. */
  policyNamed(name: string): string | undefined {
    return [...this.#managedPolicies.keys()].find(
      (arn) => !arn.startsWith('arn:aws:iam::aws:') && arn.endsWith(`/${name}`),
    );
  }
}
