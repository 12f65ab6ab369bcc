import middy from '@middy/core';
import * as z from 'zod';
import { flagName, flagValue } from '../../domain/flag.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { type SetTheFlagDeps, setTheFlag } from './set-the-flag.ts';

const input = z.object({
  execution: z.object({ id: z.string(), input: z.unknown() }),
  known: z.object({
    allowed: z.record(flagName, z.array(flagValue)),
    retired: z.record(flagName, z.string()),
    breakers: z.array(flagName).optional(),
    shares: z.array(flagName).optional(),
  }),
  /** The phases whose runbooks set a flag, by its name. */
  phases: z.record(flagName, z.array(z.int())),
  pairs: z.array(
    z.object({
      phase: z.int(),
      target: z.string(),
      version: z.string(),
      flag: flagName,
      value: flagValue,
      reason: z.string(),
    }),
  ),
});

/** Sets a flag of the normal layer. Calling it twice sets it once, and follows its deployment. */
export const setTheFlagHandler = (deps: SetTheFlagDeps) =>
  middy(async (request: z.infer<typeof input>) => setTheFlag(deps, request)).use(checkedInput(input));
