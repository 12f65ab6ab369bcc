import { nearMiss } from '../near-miss.ts';
import { mistakenPlaceholder, yourName, yourReason } from '../placeholder.ts';
import { lineOf, shown } from '../printable.ts';
import { type Answer, answers } from './question.ts';

/** A person's answer to an open question: the input of the decide machine. */
export type AnswerInput = {
  readonly answer: Answer;
  /** The name that the person gives: a claim. */
  readonly operator: string;
  readonly reason: string | null;
  /** The rollback that asked; null is enough while only one question is open. */
  readonly rollback: string | null;
};
/** The refusal of an answer: its mistake, or the decision that came before it, in a sentence for the person who gave it. */
export type Refused = { readonly refused: string };

const longest = { answer: 40, operator: 100, reason: 500, rollback: 80 } as const;
type Key = keyof typeof longest;
const keys = Object.keys(longest) as Key[];

/** Returns the decide machine's input for this answer, to be pasted. It has a place for a reason if one is required. */
export const pasteable = (answer: Answer, rollback: string): string =>
  JSON.stringify({ answer, operator: yourName, ...(answer === 'skip' ? { reason: yourReason } : {}), rollback });

/** Returns the command of the CLI that gives this answer. */
export const commandFor = (answer: Answer, rollback: string, environment: string): string =>
  [
    `npm run rollback -- decide ${answer} --operator "${yourName}"`,
    ...(answer === 'skip' ? [`--reason "${yourReason}"`] : []),
    `--rollback ${rollback}`,
    ...(environment === 'local' ? [] : [`--environment ${environment}`]),
  ].join(' ');

/** Parses an execution's input as an answer. Returns a refusal with the first mistake and an input that works. */
export function parseAnswer(input: unknown): AnswerInput | Refused {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return malformed(`found ${shown(input)}`);
  const given = input as Readonly<Record<string, unknown>>;
  const wrong = mistakeIn(given);
  if (wrong !== undefined) return malformed(wrong);
  const text = (key: Key) => lineOf(given[key], longest[key]) ?? null;
  return {
    answer: text('answer') as Answer,
    operator: text('operator') ?? '',
    reason: text('reason'),
    rollback: text('rollback'),
  };
}

/** Returns the first mistake in an answer; undefined if it has none. */
function mistakeIn(given: Readonly<Record<string, unknown>>): string | undefined {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(longest, key));
  if (unknown !== undefined) return `"${unknown}" is not one of ${keys.join(', ')}`;
  const missing = (['answer', 'operator'] as const).find((key) => given[key] === undefined);
  if (missing) return `${missing} is missing`;
  const broken = keys.find((key) => given[key] !== undefined && lineOf(given[key], longest[key]) === undefined);
  if (broken)
    return `${broken} must be one line of 1 to ${longest[broken]} printable characters, found ${shown(given[broken])}`;
  const answer = String(given['answer']).trim();
  if (!Object.hasOwn(answers, answer)) return notAnAnswer(answer);
  return mistakenPlaceholder(given['operator']) ?? mistakenPlaceholder(given['reason']);
}

function notAnAnswer(found: string): string {
  const known = Object.keys(answers);
  const near = nearMiss(found, known);
  return `answer must be one of ${known.join(', ')}, found ${shown(found)}${near === undefined ? '' : ` (did you mean ${near}?)`}`;
}

const malformed = (wrong: string): Refused => ({
  refused: `An answer looks like {"answer": "rollback", "operator": "ana", "reason": "bad fills since 09:00"} and may name the rollback; ${wrong}. Nothing was decided.`,
});
