import * as z from 'zod';
import { InvalidFile } from '../../../config/yaml/invalid-file.ts';
import { parseYaml } from '../../../config/yaml/read-yaml.ts';
import type { Reference } from '../../../config/yaml/reference.ts';
import { duration } from '../../../domain/duration.ts';

/** The schema of the sample file `some.yaml`, with a key of every kind. */
export const schema = z.strictObject({
  name: z.string().min(1),
  level: z.enum(['low', 'high']),
  count: z.int().min(2).default(2),
  lasts: duration.default(60),
  rows: z
    .array(z.strictObject({ from: z.string().regex(/^[a-z]+$/, { error: 'lower-case letters' }) }))
    .min(1)
    .default([{ from: 'a' }]),
  extra: z.record(z.string().regex(/^[A-Z]/, { error: 'a capital first' }), z.string()).default({}),
  when: z
    .union([z.strictObject({ at: z.string() }), z.strictObject({ on: z.strictObject({ day: z.int() }) })])
    .optional(),
});

/** Returns the mistakes in a sample file, one per line. */
export function mistakesIn(lines: readonly string[], references: readonly Reference[] = []): readonly string[] {
  try {
    parseYaml(schema, 'some.yaml', lines.join('\n'), references);
  } catch (error) {
    if (error instanceof InvalidFile) return error.mistakes;
    throw error;
  }
  return [];
}

export const mistakes = (...lines: string[]) => mistakesIn(lines);
