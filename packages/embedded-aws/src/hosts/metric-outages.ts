import type { Clock } from '../clock/clock.ts';

type Values = Readonly<Record<string, number>>;

/** An outage of a phase's metrics: hosts measure them, and CloudWatch does not receive them. */
export type MetricOutage = {
  readonly phase: number;
  /** Absent: all metrics of the phase. */
  readonly metrics?: readonly string[] | undefined;
  /** Seconds; absent: as long as the account is open. */
  readonly for?: number | undefined;
};

/** Withholds metrics between the hosts and CloudWatch. The hosts do not know of an outage. */
export function metricOutages(clock: Pick<Clock, 'now'>) {
  const all: { silence: MetricOutage; until: number; withheld: Set<string> }[] = [];
  return {
    add: (silence: MetricOutage): void => {
      const until = silence.for === undefined ? Number.POSITIVE_INFINITY : clock.now() + silence.for * 1000;
      all.push({ silence, until, withheld: new Set() });
    },

    /** Returns the metrics of a phase that no outage withholds. */
    withhold: (phase: string, metrics: Values): Values => {
      const open = all.filter(({ silence, until }) => String(silence.phase) === phase && clock.now() < until);
      if (open.length === 0) return metrics;
      const published = Object.entries(metrics).filter(([name]) => {
        const withholding = open.filter(({ silence }) => silence.metrics?.includes(name) ?? true);
        for (const { withheld } of withholding) withheld.add(name);
        return withholding.length === 0;
      });
      return Object.fromEntries(published);
    },

    /** Returns the outages that have withheld nothing, one sentence each. */
    unmet: (): string[] =>
      all.flatMap(({ silence: { phase, metrics }, withheld }) =>
        (metrics ?? ['any metric'])
          .filter((name) => (metrics === undefined ? withheld.size === 0 : !withheld.has(name)))
          .map((name) => `an outage of ${name} in phase ${phase} withheld nothing: no host measured it meanwhile`),
      ),
  };
}
