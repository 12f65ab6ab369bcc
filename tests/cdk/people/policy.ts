import { evaluate } from 'embedded-aws/iam/evaluate';
import { parsePolicy } from 'embedded-aws/iam/policy';
import { localStack, type Statement } from '../synthesized.ts';

export const people = ['operator', 'approver', 'auditor', 'deployer', 'restorer'] as const;
export type Person = (typeof people)[number];
/** The people who may read rollbacks. */
export const readers = ['operator', 'approver', 'auditor', 'restorer'] as const;

export const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:000000000000:${name}`;
export const machine = (name: string) => arn('states', `stateMachine:rollback-local-${name}`);
export const execution = (name: string) => arn('states', `execution:rollback-local-${name}:some`);

const stack = await localStack();

/** Returns the statements of a person's synthesized policy. */
function statementsOf(person: Person): Statement[] {
  const { Statement } = stack
    .ofType('AWS::IAM::ManagedPolicy')
    .filter(({ Properties }) => Properties['ManagedPolicyName'] === `rollback-local-${person}`)
    .map(({ Properties }) => Properties['PolicyDocument'] as { Statement: Statement[] })
    .reduce((only) => only);
  return Statement;
}

export function policyOf(person: Person) {
  const shown = (resources: unknown) => [resources].flat().map(stack.shown);
  return parsePolicy(person, {
    Statement: statementsOf(person).map(({ NotResource, ...one }) =>
      NotResource ? { ...one, NotResource: shown(NotResource) } : { ...one, Resource: shown(one.Resource) },
    ),
  });
}

/** Evaluates a person's policy for an action on a resource. */
export const decisionOn = (person: Person, action: string, resource: string, keys: Record<string, string> = {}) =>
  evaluate([policyOf(person)], { action, resource, keys }).decision;

/** Returns every action that a person's policy allows, once each. */
export const allowedTo = (person: Person): string[] =>
  [
    ...new Set(
      statementsOf(person)
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Action }) => Action),
    ),
  ].toSorted();
