import { crossing, type Triggers } from '../infra/triggers-file.ts';

/** The metric behind an alarm of triggers.yaml. */
export type AlarmMetric = {
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: string;
  readonly period_seconds: number;
  /** A count of what must not happen; its baseline is zero. */
  readonly counter: boolean;
  /** degradation: the metric itself says by how many percent it is worse than it should be. */
  readonly measures: 'value' | 'degradation';
  /** What makes the alarm red, and on which side of it. */
  readonly threshold: number;
  readonly worse: 'above' | 'below';
};

/** The metric behind each alarm, by what follows `rollback-<env>-phase-<n>-` in its name. */
export function alarmMetrics({ namespace, triggers }: Triggers): Record<string, AlarmMetric> {
  const all = Object.entries(triggers).flatMap(([trigger, { alarms }]) =>
    alarms.map((alarm) => {
      const { variant, metric, statistic, period, at_least, below, measures } = alarm;
      const watched = {
        namespace,
        metric,
        statistic,
        period_seconds: period,
        counter: at_least === 1, // a threshold of one is a count of what must not happen at all
        measures,
        threshold: crossing(alarm).threshold,
        worse: below === undefined ? ('above' as const) : ('below' as const),
      };
      return [variant ? `${trigger}-${variant}` : trigger, watched] as const;
    }),
  );
  return Object.fromEntries(all);
}
