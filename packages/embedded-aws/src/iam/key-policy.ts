import type { Need } from '../wire/service.ts';
import { evaluate } from './evaluate.ts';
import type { Policy, Statement } from './policy.ts';

/**
 * The word of a key's policy on a principal of the key's account. `delegated`: the account's IAM policies decide.
 *
 * Unlike other services, KMS lets IAM policies count only if the key's policy allows the account itself (KMS guide,
 * "Default key policy": "Allows access to the AWS account and enables IAM policies").
 */
export type KeyVerdict = 'allowed' | 'delegated' | 'explicitDeny' | 'implicitDeny';

/** Names of one principal in a policy. */
export type Principal = {
  /** ARNs of the caller: a user's, or a session's and its role's. */
  readonly arns: readonly string[];
  readonly accountId: string;
};

/** Judges a need by a key's policy. A statement for the account itself allows nothing, but denies everybody in it. */
export function keyVerdict(policy: Policy, { arns, accountId }: Principal, need: Need): KeyVerdict {
  const account = [accountId, `arn:aws:iam::${accountId}:root`];
  const about = (names: readonly string[]) => ({
    ...policy,
    statements: policy.statements.filter((statement) => namesOne(statement, names)),
  });
  const decisionFor = (names: readonly string[]) => evaluate([about(names)], need).decision;
  const [direct, delegated] = [decisionFor([...arns, '*']), decisionFor(account)];
  if (direct === 'explicitDeny' || delegated === 'explicitDeny') return 'explicitDeny';
  if (direct === 'allowed') return 'allowed';
  return delegated === 'allowed' ? 'delegated' : 'implicitDeny';
}

const namesOne = ({ Principal }: Statement, names: readonly string[]): boolean =>
  Principal?.['AWS']?.some((one) => names.includes(one)) ?? false;
