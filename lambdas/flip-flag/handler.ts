import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { flagName, flagValue } from '../../domain/flag.ts';
import type { Flags } from '../clients/flags.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema, rollbackSchema } from '../middleware/payload.ts';
import type { HostStepDeps } from '../operations/host-attempt.ts';
import { flipFlag } from './flip-flag.ts';

const input = z.object({
  rollback: rollbackSchema,
  fence: z.int(),
  step: hostCommandSchema,
  flags: z.record(flagName, flagValue),
});

/** Sets overrides and waits until every host has them. Calling it twice is harmless. */
export const flipFlagHandler = (deps: HostStepDeps & { readonly flags: Flags }) =>
  middy(async ({ step, ...request }: z.infer<typeof input>, context: Context) =>
    flipFlag(deps, { ...request, command: step }, () => context.getRemainingTimeInMillis()),
  ).use(checkedInput(input));
