import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { rollbackSchema } from '../middleware/payload.ts';
import { type TakeTheFleetDeps, takeTheFleet } from './take-the-fleet.ts';

const input = z.object({ rollback: rollbackSchema, again: z.boolean() });

/** Takes the fleet, or says who holds it. Calling it twice is harmless. */
export const takeTheFleetHandler = (deps: TakeTheFleetDeps) =>
  middy(async (taking: z.infer<typeof input>) => takeTheFleet(deps, taking)).use(checkedInput(input));
