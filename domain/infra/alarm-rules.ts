// Apart from the schema of triggers.yaml, which functions never check: their bundles are 2 KB smaller without it.

type Crossing = {
  readonly above?: number | undefined;
  readonly at_least?: number | undefined;
  readonly below?: number | undefined;
};

/** The meaning of an alarm without data (INSUFFICIENT_DATA), and of a red alarm whose severity cannot be measured. */
export const whenBlind = ['rollback', 'hold', 'ignore'] as const;
export type WhenBlind = (typeof whenBlind)[number];

/** Returns an alarm's threshold, and CloudWatch's name for the comparison that turns the alarm red. */
export function crossing({ above, at_least, below }: Crossing): {
  threshold: number;
  comparison: 'GreaterThanThreshold' | 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold';
} {
  if (above !== undefined) return { threshold: above, comparison: 'GreaterThanThreshold' };
  if (at_least !== undefined) return { threshold: at_least, comparison: 'GreaterThanOrEqualToThreshold' };
  return { threshold: below ?? 0, comparison: 'LessThanThreshold' };
}
