import { nearMiss } from '../../domain/near-miss.ts';
import { phaseNumbers } from '../../domain/phases.ts';
import { mistakenPlaceholder } from '../../domain/placeholder.ts';
import { shown } from '../../domain/printable.ts';
import { commandFor } from '../../domain/question/answer.ts';
import {
  type Answer,
  answers,
  answersOf,
  effectOf,
  type Question,
  questionTexts,
} from '../../domain/question/question.ts';
import { UsageError } from '../account/usage-error.ts';

type Given = Readonly<Record<string, unknown>>;

/**
 * Returns the decide machine's input from the command's word and its options.
 *
 * The word may be the JSON that a message offers for the console. An option replaces a placeholder there, such as YOUR NAME.
 * Throws UsageError if the JSON cannot be read, or if an option contradicts it.
 */
export function answerInput(word: string, options: Given): Given {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  if (!word.trimStart().startsWith('{')) return { answer: sameInLowerCase(word), ...given };
  const pasted = parsed(word);
  for (const [name, value] of Object.entries(given))
    if (pasted[name] !== undefined && !isSame(pasted[name], value) && !mistakenPlaceholder(pasted[name]))
      throw new UsageError(
        `--${name} is ${shown(value)}, but the pasted JSON has ${shown(pasted[name])}. Give one of them. Nothing was decided.`,
      );
  return { ...pasted, ...given };
}

/** The hosts to leave out are a list: a message offers those that failed, and the option replaces them. */
const isSame = (pasted: unknown, value: unknown) => Array.isArray(pasted) || pasted === value;

const sameInLowerCase = (word: string) => (Object.hasOwn(answers, word.toLowerCase()) ? word.toLowerCase() : word);

function parsed(word: string): Given {
  try {
    return JSON.parse(word) as Given;
  } catch (error) {
    throw new UsageError(
      `The answer begins with { but is no JSON: ${(error as Error).message}. Put the whole of it in single quotes: rollback decide '{"answer": "rollback", …}'. Nothing was decided.`,
    );
  }
}

/** Returns whether the word is an answer to some question, or so near to one that the nearest is what was meant. */
export const isLikeAnAnswer = (word: unknown): boolean =>
  typeof word !== 'string' || Object.hasOwn(answers, word) || nearMiss(word, Object.keys(answers)) !== undefined;

/** Returns the sentences for a word that is no answer to the open questions: each question, its answers and their commands. */
export function notAnAnswerTo(questions: readonly Question[], word: string, environment: string): string {
  const [only] = questions;
  const which = questions.length === 1 && only ? `this question of rollback ${only.rollback}` : 'any open question';
  return [
    `${shown(word)} is not an answer to ${which}. Nothing was decided.`,
    ...questions.flatMap((one) => [
      `Phase${one.phases ? 's' : ''} ${phaseNumbers(one)}, ${one.severity}: ${questionTexts[one.kind]} ${one.why.join(' ')}`.trimEnd(),
      ...answersOf(one).flatMap((answer: Answer) => [
        `${answer}: ${effectOf(answer, one)}`,
        `  ${commandFor(answer, one, environment)}`,
      ]),
    ]),
  ].join('\n');
}

/** Returns the names in an option such as `host-1,host-2`. */
export const namesIn = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
