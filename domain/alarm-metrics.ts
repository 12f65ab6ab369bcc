import type { Triggers } from './triggers-file.ts';

/** The metric behind an alarm of triggers.yaml. */
export type AlarmMetric = {
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: string;
  readonly period_seconds: number;
  /** A count of what must not happen; its baseline is zero. */
  readonly counter: boolean;
};

/** The metric behind each alarm, by what follows `rollback-<env>-phase-<n>-` in its name. */
export function alarmMetrics({ namespace, triggers }: Triggers): Record<string, AlarmMetric> {
  const all = Object.entries(triggers).flatMap(([trigger, { alarms }]) =>
    alarms.map(({ variant, metric, statistic, period, at_least }) => {
      // A threshold of one is a count of what must not happen at all.
      const watched = { namespace, metric, statistic, period_seconds: period, counter: at_least === 1 };
      return [variant ? `${trigger}-${variant}` : trigger, watched] as const;
    }),
  );
  return Object.fromEntries(all);
}
