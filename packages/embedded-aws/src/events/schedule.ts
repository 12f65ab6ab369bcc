const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Returns the milliseconds between two events of a schedule such as `rate(5 minutes)`. The unit is singular only after 1. */
export function readSchedule(expression: string): number {
  const [, digits, unit = '', plural] = expression.match(/^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/) ?? [];
  const count = Number(digits);
  const milliseconds = UNITS[unit];
  if (milliseconds && (count === 1) === (plural === '')) return count * milliseconds;
  throw new Error(
    `The schedule ${expression} is not supported. Use rate(), such as rate(1 minute) or rate(5 minutes).`,
  );
}
