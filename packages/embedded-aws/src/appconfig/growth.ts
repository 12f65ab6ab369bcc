import type { Strategy } from './configuration.ts';

/** From when on, after the start, which share of the clients is offered the new version. */
export type Step = { readonly after: number; readonly percentage: number };

export const MINUTE = 60_000;

/**
 * The steps of a deployment: they divide its duration evenly, the last one is 100 % at its end.
 *
 * So the user guide's timeline has it (10 hours at 20 %: 0 % at first, 20 % after 2 hours), and so do the names of AWS's
 * own strategies (Linear20PercentEvery6Minutes takes 30 minutes). A recorded deployment of 2021 divides by one part
 * more; the API reference speaks of 20 % at once.
 */
export function growth({ deploymentMinutes, growthFactor, growthType }: Strategy): Step[] {
  const percentages = growthType === 'LINEAR' ? linear(growthFactor) : exponential(growthFactor);
  if (deploymentMinutes === 0) return [{ after: 0, percentage: 100 }];
  const interval = (deploymentMinutes * MINUTE) / percentages.length;
  return percentages.map((percentage, index) => ({ after: Math.round(interval * (index + 1)), percentage }));
}

const linear = (factor: number) =>
  Array.from({ length: Math.ceil(100 / factor) }, (_, index) => Math.min(100, factor * (index + 1)));

/** G*(2^N), from N = 0 until everybody has it. */
const exponential = (factor: number) =>
  Array.from({ length: Math.ceil(Math.log2(100 / factor)) + 1 }, (_, n) => Math.min(100, factor * 2 ** n));
