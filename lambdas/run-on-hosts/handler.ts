import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema, repeatSchema, rollbackSchema } from '../middleware/payload.ts';
import { freezeEarly } from '../operations/freeze-target.ts';
import { holdDeployments } from '../operations/hold-deployments.ts';
import type { HoldForStepDeps } from '../operations/hold-for-step.ts';
import { runOnHosts } from '../operations/run-on-hosts.ts';

const input = z.object({
  rollback: rollbackSchema,
  fence: z.int(),
  step: hostCommandSchema,
  repeat: repeatSchema,
  /** Only freezes the commit of the target, if this step restores one, and holds deployments. */
  only: z.literal('freeze').optional(),
  /** The command that holds deployments. Runs beside, whatever becomes of the other. */
  hold: hostCommandSchema.optional(),
});

/** Runs one step on every host and waits for the hosts' verdicts. Calling it twice is harmless. */
export const runOnHostsHandler = (deps: HoldForStepDeps) =>
  middy(async ({ step, only, hold, ...request }: z.infer<typeof input>, context: Context) => {
    const remaining = () => context.getRemainingTimeInMillis();
    if (only !== 'freeze') return runOnHosts(deps, { ...request, command: step }, remaining);
    await Promise.all([
      freezeEarly(deps, { ...request, command: step }, remaining),
      hold && holdDeployments(deps, { ...request, command: hold }, remaining),
    ]);
    return undefined;
  }).use(checkedInput(input));
