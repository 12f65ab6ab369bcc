import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type PolicyStatementProps, type Role } from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { IConstruct } from 'constructs';
import { acknowledge, type Finding } from './acknowledge.ts';

const reasons = new WeakMap<PolicyStatement, string>();

/** A statement whose resources have a wildcard, with the reason for it. Without one, synthesis fails. */
export function wildcard(reason: string, statement: PolicyStatementProps): PolicyStatement {
  const made = new PolicyStatement(statement);
  reasons.set(made, reason);
  return made;
}

/** Gives a role these statements, and a reviewer the reasons for their wildcards. */
export function allow(role: Role, statements: readonly PolicyStatement[]): void {
  for (const statement of statements) role.addToPolicy(statement);
  explain(role, statements);
}

/** Gives a reviewer the reasons for the wildcards in the statements that a role or policy was made with. */
export function explain(construct: IConstruct, statements: readonly PolicyStatement[]): void {
  const findings: Record<Finding, string> = {};
  for (const statement of statements)
    for (const resource of wildcardsIn(construct, statement)) {
      const finding: Finding = `AwsSolutions-IAM5[Resource::${resource}]`;
      findings[finding] = [findings[finding], reasons.get(statement)].filter(Boolean).join(' ');
    }
  acknowledge(construct, findings);
}

/** The wildcards in a statement's resources, written as cdk-nag writes them in its findings. Each has a reason, or it throws. */
function wildcardsIn(construct: IConstruct, statement: PolicyStatement): string[] {
  const { Resource } = Stack.of(construct).resolve(statement.toStatementJson()) as { Resource: unknown };
  const found = [Resource]
    .flat()
    .map((one) => flattenCfnReference(one))
    .filter((one) => one.includes('*'));
  // A deny may be as wide as it likes.
  if (statement.effect === Effect.DENY) return [];
  // cdk-nag would not see it where another statement of the role has acknowledged the same wildcard.
  if (found.length > 0 && !reasons.has(statement))
    throw new Error(
      `${construct.node.path}: ${statement.actions.join(', ')} on ${found.join(', ')} has no reason; see wildcard().`,
    );
  return found;
}
