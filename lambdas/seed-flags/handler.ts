import middy from '@middy/core';

/** Writes the flags' first values if there are none. Runs every minute; does nothing once there are values. */
export const seedFlagsHandler = (seed: () => Promise<void>) => middy(async () => seed());
