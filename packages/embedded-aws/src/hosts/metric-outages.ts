import type { Clock } from '../clock/clock.ts';

type Values = Readonly<Record<string, number>>;

/** Metrics of a phase, all or some, that no host publishes for so many seconds, or as long as the account. */
export type MetricOutage = {
  readonly phase: number;
  readonly metrics?: readonly string[] | undefined;
  readonly for?: number | undefined;
};

/** What hosts measure and CloudWatch never hears. The hosts themselves know nothing of it. */
export function metricOutages(clock: Pick<Clock, 'now'>) {
  const all: { silence: MetricOutage; until: number; withheld: Set<string> }[] = [];
  return {
    add: (silence: MetricOutage): void => {
      const until = silence.for === undefined ? Number.POSITIVE_INFINITY : clock.now() + silence.for * 1000;
      all.push({ silence, until, withheld: new Set() });
    },

    /** What is left to publish of a phase's metrics. */
    heard: (phase: string, metrics: Values): Values => {
      const open = all.filter(({ silence, until }) => String(silence.phase) === phase && clock.now() < until);
      const said = Object.entries(metrics).filter(([name]) => {
        const silent = open.filter(({ silence }) => silence.metrics?.includes(name) ?? true);
        for (const { withheld } of silent) withheld.add(name);
        return silent.length === 0;
      });
      return Object.fromEntries(said);
    },

    /** Silences that have kept nothing back, one sentence each. */
    unmet: (): string[] =>
      all.flatMap(({ silence: { phase, metrics }, withheld }) =>
        (metrics ?? ['any metric'])
          .filter((name) => (metrics === undefined ? withheld.size === 0 : !withheld.has(name)))
          .map((name) => `phase ${phase} was not to publish ${name}, and no host measured it meanwhile`),
      ),
  };
}
