import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type SetTheBrakesDeps, setTheBrakes } from './set-the-brakes.ts';

const input = z.object({
  execution: z.object({ id: z.string(), input: z.unknown() }),
  targets: z.array(z.object({ phase: z.int(), version: z.string() })),
});

/** Sets a brake, ends one, or resets a phase's budget. Calling it twice does it once. */
export const setTheBrakesHandler = (deps: SetTheBrakesDeps) =>
  middy(async (request: z.infer<typeof input>) => setTheBrakes(deps, request)).use(checkedInput(input));
