import { alarmName } from '../domain/alarm-name.ts';
import type { Trigger } from '../domain/trigger.ts';
import type { Triggers } from '../domain/triggers-file.ts';
import type { AlarmMetric } from '../lambdas/watch.ts';

/** The metric behind each alarm, by what follows `rollback-<env>-phase-<n>-` in its name. */
export function alarmMetrics({ namespace, triggers }: Triggers): Record<string, AlarmMetric> {
  const all = Object.entries(triggers).flatMap(([trigger, { alarms }]) =>
    alarms.map(({ variant, metric, statistic, period, at_least }) => {
      const name = alarmName({
        environment: 'any',
        phase: 1,
        trigger: trigger as Trigger,
        ...(variant ? { variant } : {}),
      });
      // A threshold of one is a count of what must not happen at all.
      return [
        name.replace('rollback-any-phase-1-', ''),
        { namespace, metric, statistic, period_seconds: period, counter: at_least === 1 },
      ] as const;
    }),
  );
  return Object.fromEntries(all);
}
