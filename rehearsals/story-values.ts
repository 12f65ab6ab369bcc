import * as z from 'zod';

export const secondsPerUnit = { s: 1, m: 60, h: 3600 } as const;

/** `0s`, `90s`, `15m`: seconds counted from the story's start. */
export const offset = z
  .string()
  .regex(/^\d+[smh]$/, { error: 'a time such as 0s, 90s or 15m' })
  .transform((text) => Number.parseInt(text, 10) * secondsPerUnit[text.slice(-1) as keyof typeof secondsPerUnit]);

/** `+90s`, `-10m`: seconds by which a clock is ahead or behind. */
export const skew = z
  .string()
  .regex(/^[+-]\d+[smh]$/, { error: 'a difference such as +90s or -10m' })
  .transform((text) => Number.parseInt(text, 10) * secondsPerUnit[text.slice(-1) as keyof typeof secondsPerUnit]);

export const phase = z.int().min(1).max(99);
export const host = z.string().regex(/^host-[1-9]\d*$/, { error: 'a host such as host-2' });
export const trigger = z.string().regex(/^[a-z]+(_[a-z]+)*$/, { error: 'a trigger such as data_corruption' });
