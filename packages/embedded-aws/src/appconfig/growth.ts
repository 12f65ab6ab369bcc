import type { Strategy } from './configuration.ts';

/** A step of growth: `after` milliseconds from the start, `percentage` of the clients are offered the new version. */
export type Step = { readonly after: number; readonly percentage: number };

export const MINUTE = 60_000;

/**
 * Returns the steps of a deployment. They divide its duration evenly, and the last step is 100 % at its end.
 *
 * The user guide's timeline shows these steps (10 hours at 20 %: 0 % at first, 20 % after 2 hours). So do the names of
 * AWS's own strategies (Linear20PercentEvery6Minutes takes 30 minutes). Two sources differ: a recorded deployment of
 * 2021 divides by one part more, and the API reference describes 20 % at once.
 */
export function growth({ deploymentMinutes, growthFactor, growthType }: Strategy): Step[] {
  const percentages = growthType === 'LINEAR' ? linear(growthFactor) : exponential(growthFactor);
  if (deploymentMinutes === 0) return [{ after: 0, percentage: 100 }];
  const interval = (deploymentMinutes * MINUTE) / percentages.length;
  return percentages.map((percentage, index) => ({ after: Math.round(interval * (index + 1)), percentage }));
}

const linear = (factor: number) =>
  Array.from({ length: Math.ceil(100 / factor) }, (_, index) => Math.min(100, factor * (index + 1)));

/** G*(2^N), from N = 0 until the percentage is 100. */
const exponential = (factor: number) =>
  Array.from({ length: Math.ceil(Math.log2(100 / factor)) + 1 }, (_, n) => Math.min(100, factor * 2 ** n));
