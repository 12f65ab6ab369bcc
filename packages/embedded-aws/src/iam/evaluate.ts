import type { Need } from '../wire/service.ts';
import { conditionsHold } from './conditions.ts';
import type { Policy, Statement } from './policy.ts';
import { matchesWildcard, matchesWildcardInAnyCase } from './wildcard.ts';

export type Verdict =
  | { readonly decision: 'allowed' | 'explicitDeny'; readonly policy: string; readonly statement: Statement }
  | { readonly decision: 'implicitDeny' };

/** Evaluates policies for a need: a Deny that applies wins, else an Allow that applies, else the need is denied. */
export function evaluate(policies: readonly Policy[], need: Need): Verdict {
  const applying = policies.flatMap(({ name, statements }) =>
    statements.filter((statement) => applies(statement, need)).map((statement) => ({ policy: name, statement })),
  );
  const deny = applying.find(({ statement }) => statement.Effect === 'Deny');
  if (deny) return { decision: 'explicitDeny', ...deny };
  const [allow] = applying;
  return allow ? { decision: 'allowed', ...allow } : { decision: 'implicitDeny' };
}

const applies = (statement: Statement, need: Need) =>
  namesAction(statement, need.action) &&
  namesResource(statement, need.resource) &&
  conditionsHold(statement.Condition ?? {}, need);

function namesAction({ Action, NotAction = [] }: Statement, action: string): boolean {
  const named = (Action ?? NotAction).some((pattern) => matchesWildcardInAnyCase(pattern, action));
  return named === (Action !== undefined);
}

/** Returns whether a statement names a resource. A trust policy names none, because it belongs to its role. */
function namesResource({ Resource, NotResource = [] }: Statement, resource: string): boolean {
  const named = (Resource ?? NotResource).some((pattern) => matchesWildcard(pattern, resource));
  return named === (Resource !== undefined);
}
