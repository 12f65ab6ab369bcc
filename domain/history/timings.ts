import type { RollbackEvent } from './event.ts';
import { minutesBetween, recordOf } from './record.ts';

/** The parts of a rollback's time that limits are judged by. */
export const measures = ['detect', 'decide', 'act', 'confirm', 'whole'] as const;
export type Measure = (typeof measures)[number];

/** Minutes with two decimals; null: that part did not happen, or is not known. */
export type Timings = Readonly<Record<Measure, number | null>>;

const decisions: readonly string[] = ['Decided', 'Question settled'];
const stepEnds: readonly string[] = ['Step done', 'Step failed'];

/**
 * Returns how long a rollback's parts took.
 *
 * `detect`: from the first breaching datapoint to the alarm. `decide`: from the alarm or the start to the last decision
 * before the fleet was taken. `act`: from there to the end of the last step, a wait for the fleet included. `confirm`: from
 * there to the confirmed recovery. `whole`: `duration_minutes`.
 *
 * A drill takes no fleet. Its `decide` ends when its question was settled, and its `act` when every host had reported.
 */
export function timingsOf(events: readonly RollbackEvent[]): Timings {
  const { start_time, breaching_since, duration_minutes, mode } = recordOf(events);
  const taken = events.findIndex(({ type }) => type === 'Fleet taken');
  const decided = events
    .slice(0, taken === -1 ? events.length : taken)
    .findLast(({ type }) => decisions.includes(type));
  const acted = taken === -1 ? undefined : events.findLast(({ type }) => stepEnds.includes(type));
  const confirmed = events.findLast(({ type }) => type === 'Recovery confirmed');
  return {
    detect: between(breaching_since, start_time),
    decide: between(start_time, decided?.at),
    act:
      mode === 'simulate'
        ? between(decided?.at ?? start_time, events.find(({ type }) => type === 'Planned')?.at)
        : between(decided?.at ?? events[taken]?.at, acted?.at),
    confirm: between(acted?.at, confirmed?.at),
    whole: duration_minutes,
  };
}

const between = (from: string | null | undefined, to: string | undefined): number | null =>
  from && to ? Math.max(0, minutesBetween(from, to)) : null;
