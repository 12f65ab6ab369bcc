import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema, repeatSchema, rollbackSchema } from '../middleware/payload.ts';
import type { HoldForStepDeps } from '../operations/hold-for-step.ts';
import { runOnHosts } from '../operations/run-on-hosts.ts';

const input = z.object({
  rollback: rollbackSchema,
  fence: z.int(),
  step: hostCommandSchema,
  repeat: repeatSchema,
});

/** Runs one step on every host and waits for the hosts' verdicts. Calling it twice is harmless. */
export const runOnHostsHandler = (deps: HoldForStepDeps) =>
  middy(async ({ step, ...request }: z.infer<typeof input>, context: Context) =>
    runOnHosts(deps, { ...request, command: step }, () => context.getRemainingTimeInMillis()),
  ).use(checkedInput(input));
