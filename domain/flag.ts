import * as z from 'zod';

export const flagName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, { error: 'a flag such as data_source' });

const textWords = 'letters, digits and . _ -';
/** A value, or on and off where a flag has none. */
export const flagValue = z.union([
  // The words of the first are those of whatever is neither.
  z.boolean({ error: `true, false or a text of ${textWords}` }),
  z.string().regex(/^[A-Za-z0-9_.-]+$/, { error: textWords }),
]);
export type FlagValue = z.infer<typeof flagValue>;
