import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { rollbackSchema } from '../middleware/payload.ts';
import { letOthersAct } from './let-others-act.ts';
import { type TakeTheFleetDeps, takeTheFleet } from './take-the-fleet.ts';

const input = z.union([
  z.object({ rollback: rollbackSchema, again: z.boolean() }),
  z.object({ rollback: rollbackSchema, fence: z.int() }),
]);

/**
 * Takes the fleet, or throws an error that names its holder. With a fence: lets other rollbacks act first, and takes the
 * fleet again. Calling it twice is harmless.
 */
export const takeTheFleetHandler = (deps: TakeTheFleetDeps) =>
  middy(async (request: z.infer<typeof input>) =>
    'fence' in request ? letOthersAct(deps, request) : takeTheFleet(deps, request),
  ).use(checkedInput(input));
