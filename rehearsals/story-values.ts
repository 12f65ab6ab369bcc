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
/** A phase, or the machine that rolls back every phase from the latest down to the one that its input names. */
export const startedPhase = z.union([phase, z.literal('before')]);

/**
 * Returns the name of a phase's machine after `rollback-<environment>-`. rehearsals/ must import nothing of the product
 * (tests/walls.test.ts), so domain/phases.ts has the same name.
 */
export const machineOf = (started: z.infer<typeof startedPhase>) =>
  started === 'before' ? 'phase-roll-back-to-before' : `phase-${started}`;
export const host = z.string().regex(/^host-[1-9]\d*$/, { error: 'a host such as host-2' });
export const trigger = z.string().regex(/^[a-z]+(_[a-z]+)*$/, { error: 'a trigger such as data_corruption' });
