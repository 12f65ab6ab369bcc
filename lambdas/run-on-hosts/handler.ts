import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema, repeatSchema, rollbackSchema } from '../middleware/payload.ts';
import { freezeEarly } from '../operations/freeze-target.ts';
import type { HoldForStepDeps } from '../operations/hold-for-step.ts';
import { runOnHosts } from '../operations/run-on-hosts.ts';

const input = z.object({
  rollback: rollbackSchema,
  fence: z.int(),
  step: hostCommandSchema,
  repeat: repeatSchema,
  /** Only freezes the commit of the target that this step restores. */
  only: z.literal('freeze').optional(),
});

/** Runs one step on every host and waits for the hosts' verdicts. Calling it twice is harmless. */
export const runOnHostsHandler = (deps: HoldForStepDeps) =>
  middy(async ({ step, only, ...request }: z.infer<typeof input>, context: Context) =>
    (only === 'freeze' ? freezeEarly : runOnHosts)(deps, { ...request, command: step }, () =>
      context.getRemainingTimeInMillis(),
    ),
  ).use(checkedInput(input));
