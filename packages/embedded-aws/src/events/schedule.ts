const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Milliseconds between two events of `rate(5 minutes)`; the unit is singular after 1, and only there. */
export function readSchedule(expression: string): number {
  const [, digits, unit = '', plural] = expression.match(/^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/) ?? [];
  const count = Number(digits);
  const milliseconds = UNITS[unit];
  if (milliseconds && (count === 1) === (plural === '')) return count * milliseconds;
  throw new Error(
    `The schedule ${expression} is not supported here; known is rate(), as rate(1 minute) or rate(5 minutes).`,
  );
}
