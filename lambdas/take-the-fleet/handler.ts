import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { rollbackSchema } from '../middleware/payload.ts';
import { type TakeTheFleetDeps, takeTheFleet } from './take-the-fleet.ts';

const input = z.object({ rollback: rollbackSchema, again: z.boolean() });

/** Takes the fleet, or throws an error that names its holder. Calling it twice is harmless. */
export const takeTheFleetHandler = (deps: TakeTheFleetDeps) =>
  middy(async (request: z.infer<typeof input>) => takeTheFleet(deps, request)).use(checkedInput(input));
