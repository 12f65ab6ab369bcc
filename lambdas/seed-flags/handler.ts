import middy from '@middy/core';

/** Writes the first values of both layers, and the monitors of the normal one, if they are missing. Runs every minute. */
export const seedFlagsHandler = (seed: () => Promise<void>) => middy(async () => seed());
