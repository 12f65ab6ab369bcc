import { contentHash } from '../content-hash.ts';
import { type Trigger, triggers } from '../trigger.ts';

/** A pair of phase and trigger, with the day of the month on which it is drilled. */
export type DrillDay = { readonly phase: number; readonly trigger: Trigger; readonly day: number };

/** Every month has so many days. */
const days = 28;

/**
 * Returns the day of the month on which each pair is drilled: all pairs are spread evenly over a month, phase by phase. `shuffled`: in
 * an order that looks random and stays the same, so that a deployment moves no schedule.
 */
export function drillDays(phases: readonly number[], shuffled: boolean): DrillDay[] {
  const pairs = phases.flatMap((phase) => triggers.map((trigger) => ({ phase, trigger })));
  const order = shuffled ? pairs.toSorted((one, other) => (contentHash(one) < contentHash(other) ? -1 : 1)) : pairs;
  return order.map((pair, i) => ({ ...pair, day: 1 + Math.floor((i * days) / order.length) }));
}
