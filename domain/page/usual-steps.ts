import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';
import type { RecordSummary } from '../history/record-index.ts';
import type { DrillForecast, UsualStep } from './facts.ts';

/** Earlier rollbacks from which the usual duration of steps is taken. */
export const mostEarlier = 8;
/** Fewer say nothing about the next one. */
const enough = 3;

/** Returns the ids of earlier rollbacks that ended well, the newest first, from the newest rollbacks of the phase. */
export const earlierThat = (all: readonly RecordSummary[], { rollback_id, start_time }: RollbackRecord): string[] =>
  all
    .filter(({ ending }) => ending === 'Rolled back' || ending === 'Rolled back, unverified')
    .filter((one) => one.rollback_id !== rollback_id && one.start_time < start_time && one.phases === undefined)
    .map((one) => one.rollback_id)
    .slice(0, mostEarlier);

/** Returns the median duration of each step that enough earlier rollbacks have done. */
export function usualSteps(earlier: readonly RollbackRecord[]): Readonly<Record<string, UsualStep>> {
  const done = earlier.flatMap(({ steps }) => steps).filter(({ verdict }) => verdict === 'done');
  const bySteps = Map.groupBy(done, ({ step }) => step);
  return Object.fromEntries(
    [...bySteps].flatMap(([step, all]) => {
      const seconds = all
        .map(({ started_at, ended_at }) => (Date.parse(ended_at ?? '') - Date.parse(started_at)) / 1000)
        .filter((one) => one >= 0)
        .toSorted((a, b) => a - b);
      const median = seconds[Math.floor((seconds.length - 1) / 2)];
      return seconds.length < enough || median === undefined
        ? []
        : [[step, { seconds: median, rollbacks: seconds.length }]];
    }),
  );
}

/** Returns the duration that a drill expected of a rollback, from the drill's events; null: it has no plan. */
export function drillForecast(events: readonly RollbackEvent[]): DrillForecast | null {
  const planned = events.findLast(({ type }) => type === 'Planned');
  const minutes = (planned?.detail['plan'] as { readonly expected_minutes?: unknown } | undefined)?.expected_minutes;
  return planned && typeof minutes === 'number' ? { rollback: planned.rollback, at: planned.at, minutes } : null;
}
