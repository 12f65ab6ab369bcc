import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import { environmentNames } from '../../config/environment-files.ts';
import { readEnvironment } from '../../config/environments.ts';
import { readFirstFlags, readInfra } from '../../config/infra.ts';
import { InvalidFile } from '../../config/yaml/invalid-file.ts';
import { parseYaml, readEach } from '../../config/yaml/read-yaml.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import { type Story, storySchema } from '../../rehearsals/story.ts';
import { UsageError } from '../account/usage-error.ts';
import { functions } from '../text/known-names.ts';
import { type Known, storyReferences } from './story-references.ts';

/** Returns the names that stories may use, from infra/ as it is now. Throws InvalidFile. */
export function readKnown(): Known {
  const { runbooks, triggers, templates } = readInfra();
  const environments = environmentNames().filter((name) => readEnvironment(name).endpoint);
  return {
    runbooks,
    triggers,
    templates,
    environments,
    flags: Object.keys(readFirstFlags()),
    functions: functions.values().map(({ value }) => value),
  };
}

/** Reads a story. Throws InvalidFile with every mistake in the story and in infra/, before anything is opened. */
export function readStory(file: string): Story {
  const text = readText(file);
  const infra = readEach([readKnown]);
  const [known] = infra.values;
  const schema = known ? storySchema.superRefine(alarmsExist(known.triggers)) : storySchema;
  const story = readEach([() => parseYaml(schema, file, text, known && storyReferences(known))]);
  const [read] = story.values;
  if (!read || infra.mistakes.length > 0) throw new InvalidFile([...story.mistakes, ...infra.mistakes]);
  return read;
}

/** Checks that each alarm of a story exists: a trigger with several alarms needs a variant, any other has none. */
const alarmsExist =
  ({ triggers }: Triggers) =>
  ({ when }: Story, context: z.RefinementCtx): void => {
    for (const [i, { alarm }] of when.entries()) {
      const alarms = Object.entries(triggers).find(([name]) => name === alarm?.trigger)?.[1].alarms ?? [];
      if (!alarm || alarms.length === 0 || alarms.some(({ variant }) => variant === alarm.variant)) continue;
      const variants = alarms.flatMap(({ variant }) => variant ?? []).join(', ');
      const message = variants
        ? `a variant of ${alarm.trigger} (${variants})`
        : `no variant, because ${alarm.trigger} has one alarm`;
      context.addIssue({ code: 'custom', path: ['when', i, 'alarm', 'variant'], message });
    }
  };

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read. The stories are in rehearsals/stories.`);
  }
}
