import * as z from 'zod';

export const flagName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, { error: 'a flag such as data_source' });

/** A value, or on and off where a flag has none. */
export const flagValue = z.union([
  z.boolean(),
  z.string().regex(/^[A-Za-z0-9_.-]+$/, { error: 'letters, digits and . _ -' }),
]);
export type FlagValue = z.infer<typeof flagValue>;
