import type { Need } from '../wire/service.ts';
import { conditionsHold } from './conditions.ts';
import type { Policy, Statement } from './policy.ts';
import { matchesWildcard, matchesWildcardInAnyCase } from './wildcard.ts';

export type Verdict =
  | { readonly decision: 'allowed' | 'explicitDeny'; readonly policy: string; readonly statement: Statement }
  | { readonly decision: 'implicitDeny' };

/** Evaluates policies for a need: a Deny that applies wins, else an Allow that applies, else the need is denied. */
export function evaluate(policies: readonly Policy[], need: Need): Verdict {
  const applying = policies.flatMap((policy) =>
    naming(policy, need)
      .filter(({ Condition }) => conditionsHold(Condition ?? {}, need))
      .map((statement) => ({ policy: policy.name, statement })),
  );
  const deny = applying.find(({ statement }) => statement.Effect === 'Deny');
  if (deny) return { decision: 'explicitDeny', ...deny };
  const [allow] = applying;
  return allow ? { decision: 'allowed', ...allow } : { decision: 'implicitDeny' };
}

/** Per policy, the statements that name an action and a resource. Callers repeat a few pairs; only the keys differ. */
const known = new WeakMap<Policy, Map<string, readonly Statement[]>>();
const MOST_PAIRS = 5000;

function naming(policy: Policy, { action, resource }: Need): readonly Statement[] {
  const pairs = known.get(policy) ?? new Map<string, readonly Statement[]>();
  known.set(policy, pairs);
  const pair = `${action} ${resource}`;
  const found =
    pairs.get(pair) ?? policy.statements.filter((one) => namesAction(one, action) && namesResource(one, resource));
  if (pairs.size >= MOST_PAIRS) pairs.clear();
  pairs.set(pair, found);
  return found;
}

function namesAction({ Action, NotAction = [] }: Statement, action: string): boolean {
  const named = (Action ?? NotAction).some((pattern) => matchesWildcardInAnyCase(pattern, action));
  return named === (Action !== undefined);
}

/** Returns whether a statement names a resource. A trust policy names none, because it belongs to its role. */
function namesResource({ Resource, NotResource = [] }: Statement, resource: string): boolean {
  const named = (Resource ?? NotResource).some((pattern) => matchesWildcard(pattern, resource));
  return named === (Resource !== undefined);
}
