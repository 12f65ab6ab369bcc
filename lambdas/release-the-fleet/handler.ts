import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type ReleaseTheFleetDeps, releaseTheFleet } from './release-the-fleet.ts';

const input = z.object({ fleet: z.string(), input: z.unknown(), execution: z.object({ id: z.string() }) });

/** Frees the fleet for the next rollback. A second call is refused and changes nothing. */
export const releaseTheFleetHandler = (deps: ReleaseTheFleetDeps) =>
  middy(async (request: z.infer<typeof input>) => releaseTheFleet(deps, request)).use(checkedInput(input));
