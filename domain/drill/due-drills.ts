import { type Trigger, triggers } from '../trigger.ts';
import type { HeldDrill } from './drill.ts';

/** Seconds within which each pair of trigger and phase is drilled: schedules hold each once per month, and one may yield. */
export const drilledWithin = 35 * 24 * 3600;

export type DrillState = {
  /** Phases whose newest drill failed. */
  readonly failed: readonly number[];
  /** Pairs whose newest drill found that a rollback would be too slow. */
  readonly slow: readonly HeldDrill[];
  /** Pairs that were not drilled in time; [] if the environment schedules no drills. */
  readonly overdue: readonly { readonly phase: number; readonly trigger: Trigger }[];
};

/**
 * Returns what is wrong with the drills of an environment. A newer drill of a phase that passed clears a failed one, whatever its
 * trigger: the steps are the same.
 *
 * `since`: ISO 8601, since when drills are scheduled; undefined: they are not.
 */
export function drillState(
  held: readonly HeldDrill[],
  {
    phases,
    since,
    now,
  }: { readonly phases: readonly number[]; readonly since: string | undefined; readonly now: number },
): DrillState {
  const known = held.filter(({ phase }) => phases.includes(phase));
  const newest = (phase: number) =>
    known.filter((one) => one.phase === phase).toSorted((one, other) => (one.at < other.at ? 1 : -1))[0];
  const late = new Date(now - drilledWithin * 1000).toISOString();
  const drilled = (phase: number, trigger: Trigger) =>
    known.find((one) => one.phase === phase && one.trigger === trigger)?.at ?? '';
  const pairs = phases.flatMap((phase) => triggers.map((trigger) => ({ phase, trigger })));
  return {
    failed: phases.filter((phase) => newest(phase)?.ending === 'Drill failed'),
    slow: known.filter(({ slow }) => slow),
    overdue:
      since === undefined || since > late ? [] : pairs.filter(({ phase, trigger }) => drilled(phase, trigger) < late),
  };
}
