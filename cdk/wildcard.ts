import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type PolicyStatementProps, type Role } from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { IConstruct } from 'constructs';
import { acknowledge, type Finding } from './acknowledge.ts';

const reasons = new WeakMap<PolicyStatement, string>();

/**
 * Returns a statement whose resources have a wildcard, and keeps the reason for it. Without a reason, synthesis
 * fails.
 */
export function wildcard(reason: string, statement: PolicyStatementProps): PolicyStatement {
  const made = new PolicyStatement(statement);
  reasons.set(made, reason);
  return made;
}

/** Adds statements to a role, and acknowledges their wildcards with the reasons for them. */
export function allow(role: Role, statements: readonly PolicyStatement[]): void {
  for (const statement of statements) role.addToPolicy(statement);
  explain(role, statements);
}

/** Acknowledges the wildcards in the statements of a role or policy, with the reasons for them. */
export function explain(construct: IConstruct, statements: readonly PolicyStatement[]): void {
  const findings: Record<Finding, string> = {};
  for (const statement of statements)
    for (const resource of wildcardsIn(construct, statement)) {
      const finding: Finding = `AwsSolutions-IAM5[Resource::${resource}]`;
      findings[finding] = [findings[finding], reasons.get(statement)].filter(Boolean).join(' ');
    }
  acknowledge(construct, findings);
}

/**
 * Returns the wildcards in a statement's resources, written as in cdk-nag's findings. Throws if the statement has no
 * reason.
 */
function wildcardsIn(construct: IConstruct, statement: PolicyStatement): string[] {
  const { Resource } = Stack.of(construct).resolve(statement.toStatementJson()) as { Resource: unknown };
  const found = [Resource]
    .flat()
    .map((one) => flattenCfnReference(one))
    .filter((one) => one.includes('*'));
  // A denial needs no reason: the wider, the safer.
  if (statement.effect === Effect.DENY) return [];
  // cdk-nag would miss this if another statement of the role has acknowledged the same wildcard.
  if (found.length > 0 && !reasons.has(statement))
    throw new Error(
      `${construct.node.path}: ${statement.actions.join(', ')} on ${found.join(', ')} has a wildcard without a reason. Create the statement with wildcard().`,
    );
  return found;
}
