export const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** The statistics that CloudWatch stores for the values of one second or minute. */
export type StatisticSet = {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
};

/** Returns the statistics of one value that was published `count` times. */
export const setOf = (value: number, count = 1): StatisticSet => ({
  count,
  sum: value * count,
  minimum: value,
  maximum: value,
});

export const merged = (one: StatisticSet | undefined, other: StatisticSet): StatisticSet =>
  one === undefined
    ? other
    : {
        count: one.count + other.count,
        sum: one.sum + other.sum,
        minimum: Math.min(one.minimum, other.minimum),
        maximum: Math.max(one.maximum, other.maximum),
      };

export function statisticOf({ count, sum, minimum, maximum }: StatisticSet, statistic: Statistic): number {
  const values = { SampleCount: count, Average: sum / count, Sum: sum, Minimum: minimum, Maximum: maximum };
  return values[statistic];
}
