import { forbiddenSentences } from '../../domain/plan/forbidden-on-hosts.ts';
import type { Policy } from '../middleware/payload.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';

/**
 * Returns the policy of the files with what the opening found out: the chosen targets, and the forbidden pairs by the reports of
 * the hosts, if they were asked.
 */
export const chosenPolicy = (
  policy: Policy,
  { targets, forbidden }: Pick<RollbackScope, 'targets' | 'forbidden'>,
): Policy => ({
  ...policy,
  ...(targets ? { targets: targets.map((one) => ({ ...one, by: [...one.by] })) } : {}),
  ...(forbidden ? { forbidden: forbiddenSentences(forbidden) } : {}),
});
