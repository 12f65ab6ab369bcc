import middy from '@middy/core';
import { type WatchTheFleetDeps, watchTheFleet } from './watch-the-fleet.ts';

/** Compares the hosts of the fleet. Takes no input; may run at any time. */
export const watchTheFleetHandler = (deps: WatchTheFleetDeps) => middy(async () => watchTheFleet(deps));
