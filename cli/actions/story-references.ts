import type { Infra } from '../../config/infra.ts';
import { infraFolder } from '../../config/infra-folder.ts';
import type { Reference } from '../../config/yaml/reference.ts';
import { reviewMessageOf } from '../../domain/afterwards/review.ts';
import { endings } from '../../domain/ending.ts';
import { eventTypes } from '../../domain/history/event.ts';
import { partOf } from '../../domain/infra/part.ts';
import { checkIds, preparingIds, readyId, stepId, tradingIds } from '../../domain/infra/runbook.ts';
import { callMessages } from '../../domain/question/calls.ts';
import { messageOf, questionMessages } from '../../domain/question/question.ts';
import { triggers } from '../../domain/trigger.ts';

export type Known = Pick<Infra, 'runbooks' | 'triggers' | 'templates'> & {
  /** Environments that have an embedded account. */
  readonly environments: readonly string[];
  readonly flags: readonly string[];
  /** The product's functions, by name. */
  readonly functions: readonly string[];
};

/** Returns the names that a story may use, by place. rehearsals/ must not import the product, so they are collected here. */
export function storyReferences({
  runbooks,
  triggers: file,
  templates,
  environments,
  flags,
  functions,
}: Known): Reference[] {
  const steps = runbooks
    .flatMap((one) => [one, partOf(one)])
    .flatMap((one) => one.steps.map(({ name }) => stepId(name)));
  const variants = Object.values(file.triggers).flatMap(({ alarms }) => alarms.flatMap(({ variant }) => variant ?? []));
  const words = (what: string, known: readonly (string | number)[], ...places: readonly string[][]): Reference[] =>
    places.map((at) => ({ at, what, known: [...new Set(known)] }));
  return [
    ...words('an environment of an embedded account', environments, ['environment']),
    ...words(
      'a phase that has a runbook, or before',
      [...runbooks.map(({ phase }) => phase), 'before'],
      ...['start', 'stop', 'redrive', 'answer', 'ack', 'annotate', 'review', 'task'].map((action) => [
        'when',
        action,
        'phase',
      ]),
      ['then', 'phase'],
    ),
    ...words(
      'a phase that has a runbook',
      runbooks.map(({ phase }) => phase),
      ...['look', 'prepare', 'ready', 'fault', 'heal', 'silence', 'alarm', 'deployed', 'verified'].map((action) => [
        'when',
        action,
        'phase',
      ]),
      ['given', 'deployed', 'phase'],
    ),
    ...words('a trigger', triggers, ['when', 'fault', 'trigger'], ['when', 'alarm', 'trigger']),
    ...words(`a variant of ${infraFolder}/triggers.yaml`, variants, ['when', 'alarm', 'variant']),
    ...words(
      'the id of a step or of a check',
      [...steps, ...checkIds, ...preparingIds, ...tradingIds, ...runbooks.map(({ phase }) => readyId(phase))],
      ['when', 'script', 'step'],
    ),
    ...words('a function of lambdas/', functions, ['when', 'function', 'name']),
    ...words('an ending', endings, ['then', 'ending']),
    { at: ['then', 'events'], keys: true, what: 'a type of event', known: eventTypes },
    ...words(
      `a message of ${infraFolder}/notifications`,
      messages(Object.keys(templates)),
      ['then', 'messages'],
      ['then', 'no_messages'],
    ),
    { at: ['then', 'flags'], keys: true, what: `a flag of ${infraFolder}/flags.yaml`, known: flags },
  ];
}

/**
 * Returns the names of messages. Most are a template's name; reminders share one template, and the messages of a second
 * question or review, calls, and what tells of them have a name of their own.
 */
const messages = (templates: readonly string[]): string[] => [
  ...templates.filter((name) => !['reminder', 'question', 'review-reminder', 'call', 'acknowledged'].includes(name)),
  ...[1, 2, 3].flatMap((number) => questionMessages.map((name) => messageOf(name, number))),
  'needs-a-person-2', // once the fleet is kept for a rollback that stopped while another one held it
  ...callMessages([1, 2, 3]),
  ...[1, 2].flatMap((number) => ([50, 80, 100] as const).map((percent) => reviewMessageOf(percent, number))),
];
