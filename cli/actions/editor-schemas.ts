import * as z from 'zod';
import { hostScripts } from '../../config/infra.ts';
import { runbookReferences } from '../../config/runbook-references.ts';
import { checkWords } from '../../config/yaml/expectation.ts';
import type { Reference } from '../../config/yaml/reference.ts';
import { calendarSchema } from '../../domain/infra/calendar-file.ts';
import { environmentSchema } from '../../domain/infra/environment.ts';
import { flagsFileSchema } from '../../domain/infra/flags-file.ts';
import { runbookSchema } from '../../domain/infra/runbook.ts';
import { triggersSchema } from '../../domain/infra/triggers-file.ts';
import { storySchema } from '../../rehearsals/story.ts';
import { type Known, storyReferences } from './story-references.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Returns the content of infra/schemas/NAME.schema.json for each kind of YAML file. Editors use it to complete and to check. */
export const editorSchemas = (known: Known): Readonly<Record<string, JsonSchema>> => ({
  runbook: editorSchema("A phase's rollback", runbookSchema, runbookReferences(hostScripts(), known.flags)),
  triggers: editorSchema('The triggers and their alarms', triggersSchema),
  environment: editorSchema('An environment: its account, and the hosts that the product acts on', environmentSchema),
  calendar: editorSchema("A venue's trading sessions", calendarSchema),
  flags: editorSchema("The flags' first values", flagsFileSchema),
  story: editorSchema(
    'A rehearsal: what happens, and what must be true afterwards',
    storySchema,
    storyReferences(known),
  ),
});

export const editorSchemaFile = (name: string) => new URL(`../../infra/schemas/${name}.schema.json`, import.meta.url);
export const editorSchemaText = (schema: JsonSchema) => `${JSON.stringify(schema, null, 2)}\n`;

/**
 * Returns the schema of a file as people write it, before durations become numbers. Draft 7, because the editors' YAML
 * language server supports all of it.
 */
function editorSchema(title: string, schema: z.ZodType, references: readonly Reference[] = []): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-07', override: withCheckWords });
  for (const reference of references) addKnown(rest, reference.at, reference);
  return { $schema, title, ...rest } as JsonSchema;
}

/** Adds the product's own error sentences to a value's schema, so that the editor shows the same ones as the command line. */
function withCheckWords({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: JsonSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  const words = (zodSchema._zod.def.checks ?? []).flatMap((check) => checkWords(check) ?? []);
  if (words.length === 0) return;
  const sentences = [jsonSchema.description, ...words.map((one) => `Expected: ${one}`)];
  jsonSchema.description = [...new Set(sentences.filter((one) => one !== undefined))].join('\n');
  const patterns = [jsonSchema, ...(jsonSchema.allOf ?? [])].filter(({ pattern }) => pattern !== undefined);
  for (const [i, one] of patterns.entries()) one['patternErrorMessage'] = `expected ${words[i]}`;
}

/** Adds the words that a reference may name, such as the ids of flags, to every alternative of the schema at its path. */
function addKnown(schema: JsonSchema, at: readonly string[], reference: Reference): void {
  const { known, keys = false } = reference;
  const alternatives = [...(schema.anyOf ?? []), ...[schema.items ?? []].flat()] as JsonSchema[];
  for (const one of alternatives) addKnown(one, at, reference);
  const [key, ...rest] = at;
  const next = schema.properties?.[key ?? ''];
  if (typeof next === 'object') addKnown(next, rest, reference);
  if (key !== undefined || alternatives.length > 0 || known.length === 0) return;
  if (keys) schema.propertyNames = { enum: [...known] };
  else schema.enum = [...known];
}
