import * as z from 'zod';

const secondsPerUnit = { s: 1, m: 60, h: 3600 } as const;

const text = z.string().regex(/^[1-9]\d*[smh]$/, { error: 'a duration such as 90s, 15m or 4h', abort: true });
const seconds = (found: string) =>
  Number.parseInt(found, 10) * secondsPerUnit[found.slice(-1) as keyof typeof secondsPerUnit];

/** A duration in a YAML file, `90s`, `15m` or `4h`; parsing converts it to seconds. */
export const duration = text.transform(seconds);

/**
 * Returns a schema for durations that match a pattern; editors check the same pattern through the JSON schema.
 * A text that does not match ends the check at once, because a refinement could not compare it as a number.
 */
export const durationLike = (pattern: RegExp, error: string) =>
  text.regex(pattern, { error, abort: true }).transform(seconds);

/** A duration of at most 4 hours, 240 minutes or 14400 seconds. */
export const upToFourHours = durationLike(
  /^([1-4]h|(\d{1,2}|1\d\d|2[0-3]\d|240)m|(\d{1,4}|1[0-3]\d{3}|14[0-3]\d\d|14400)s)$/,
  'at most 4h, the longest limit of a rollback',
);
