import * as z from 'zod';

const secondsPerUnit = { s: 1, m: 60, h: 3600 } as const;

/** `90s`, `15m` or `4h` in a YAML file; a number of seconds afterwards. */
export const duration = z
  .string()
  .regex(/^[1-9]\d*[smh]$/, { error: 'a duration such as 90s, 15m or 4h' })
  .transform((text) => Number.parseInt(text, 10) * secondsPerUnit[text.slice(-1) as keyof typeof secondsPerUnit]);
