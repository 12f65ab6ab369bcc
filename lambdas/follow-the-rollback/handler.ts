import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type BeginDeps, beginFollowUp } from './begin.ts';
import { type CheckDeps, checkAfterwards } from './check-afterwards.ts';

const verdicts = z.enum(['PASS', 'FAIL', 'INCONCLUSIVE']);
const look = z.object({
  look_id: z.string(),
  check: z.enum(['health', 'verify']),
  variant: z.enum(['quick', 'comprehensive']).nullable(),
  phase: z.int(),
  verdict: verdicts,
  hosts: z.record(verdicts, z.int()),
});
const input = z.union([
  z.strictObject({ begin: z.object({ input: z.unknown(), execution: z.string() }) }),
  z.strictObject({
    check: z.object({ rollback: z.string(), look: look.nullable(), not_looked: z.string().nullable() }),
  }),
]);

/** Begins the follow-up of a rollback, or makes one of its checks. Calling it twice is harmless. */
export const followTheRollbackHandler = (deps: BeginDeps & CheckDeps) =>
  middy(async (request: z.infer<typeof input>) =>
    'begin' in request ? beginFollowUp(deps, request.begin) : checkAfterwards(deps, request.check),
  ).use(checkedInput(input));
