import { crossing } from '../infra/alarm-rules.ts';
import type { Triggers } from '../infra/triggers-file.ts';

/** The metric that an alarm of triggers.yaml watches. */
export type AlarmMetric = {
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: string;
  readonly period_seconds: number;
  /** The metric counts failures of which even one is too many; its baseline is zero. */
  readonly counter: boolean;
  /** degradation: the metric's own value is the percentage by which the system is worse than it should be. */
  readonly measures: 'value' | 'degradation';
  /** The value that turns the alarm red if it is crossed. */
  readonly threshold: number;
  /** The side of the threshold on which the alarm is red. */
  readonly worse: 'above' | 'below';
  /** The alarm is red at the threshold too. Absent: only past it. */
  readonly at_threshold?: true;
};

/**
 * Returns the metric of every alarm in triggers.yaml.
 *
 * The key is the end of the alarm's name after `rollback-<env>-phase-<n>-`: the trigger, and its variant if it has one.
 */
export function alarmMetrics({ namespace, triggers }: Triggers): Record<string, AlarmMetric> {
  const all = Object.entries(triggers).flatMap(([trigger, { alarms }]) =>
    alarms.map((alarm) => {
      const { variant, metric, statistic, period, at_least, below, measures } = alarm;
      const watched = {
        namespace,
        metric,
        statistic,
        period_seconds: period,
        counter: at_least === 1, // a threshold of one: even one failure is too many
        measures,
        threshold: crossing(alarm).threshold,
        worse: below === undefined ? ('above' as const) : ('below' as const),
        ...(at_least === undefined ? {} : { at_threshold: true as const }),
      };
      return [variant ? `${trigger}-${variant}` : trigger, watched] as const;
    }),
  );
  return Object.fromEntries(all);
}
