import middy from '@middy/core';

/** Writes the first values of both layers if there are none. Runs every minute; does nothing once there are values. */
export const seedFlagsHandler = (seed: () => Promise<void>) => middy(async () => seed());
