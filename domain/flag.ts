import * as z from 'zod';

/** A feature flag's name, as AppConfig accepts it. */
export const flagName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/, { error: 'a flag such as data_source', abort: true })
  // Events name flags as fields, and DynamoDB's client refuses this one (storable.ts).
  .regex(/^(?!constructor$)/, { error: 'a name other than constructor, which cannot be stored' });

const textWords = 'letters, digits and . _ -';
/** A flag's value: a text, or true and false for a flag that is only on or off. */
export const flagValue = z.union([
  // zod reports the first option's error for a value that matches neither option.
  z.boolean({ error: `true, false or a text of ${textWords}` }),
  z.string().regex(/^[A-Za-z0-9_.-]+$/, { error: textWords }),
]);
export type FlagValue = z.infer<typeof flagValue>;
