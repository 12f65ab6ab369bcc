import { readFileSync } from 'node:fs';
import type { Triggers } from '../domain/triggers-file.ts';
import { InvalidFile, readYaml, settled } from '../domain/yaml.ts';
import { type Story, storySchema } from '../rehearsals/story.ts';
import { environmentNames, readEnvironment, readFirstFlags, readInfra } from '../statemachines/files.ts';
import { UsageError } from './command.ts';
import { type Known, storyReferences } from './story-references.ts';

/** What stories may name, as infra/ has it now. Throws InvalidFile. */
export function readKnown(): Known {
  const { runbooks, triggers, templates } = readInfra();
  const environments = environmentNames().filter((name) => readEnvironment(name).endpoint);
  return { runbooks, triggers, templates, environments, flags: Object.keys(readFirstFlags()) };
}

/** A story that can be told. Throws InvalidFile with every mistake in it and in infra/, before anything is opened. */
export function readStory(file: string): Story {
  const text = readText(file);
  const infra = settled([readKnown]);
  const [known] = infra.values;
  const story = settled([() => readYaml(storySchema, file, text, known && storyReferences(known))]);
  const alarms = story.values.flatMap(({ value, mistake }) =>
    known ? missingAlarms(value, known.triggers).map(([path, sentence]) => mistake(path, sentence)) : [],
  );
  const mistakes = [...story.mistakes, ...alarms, ...infra.mistakes];
  const [read] = story.values;
  if (!read || mistakes.length > 0) throw new InvalidFile(mistakes);
  return read.value;
}

/** Triggers with several alarms tell them apart by variant, so one of them must be named; others have none to name. */
function missingAlarms({ when }: Story, { triggers }: Triggers): [PropertyKey[], string][] {
  return when.flatMap(({ alarm }, i): [PropertyKey[], string][] => {
    const alarms = Object.entries(triggers).find(([name]) => name === alarm?.trigger)?.[1].alarms ?? [];
    if (!alarm || alarms.some(({ variant }) => variant === alarm.variant)) return [];
    const variants = alarms.map(({ variant }) => variant ?? 'none').join(', ');
    return [
      [
        ['when', i, 'alarm', 'variant'],
        `expected a variant of ${alarm.trigger} (${variants}), found ${alarm.variant ?? 'none'}`,
      ],
    ];
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read. The stories are in rehearsals/stories.`);
  }
}
