import { nearMiss } from '../near-miss.ts';
import { lineOf } from '../printable.ts';
import { type Answer, answers } from './question.ts';

/** What a person says to an open question: the decide machine's input. */
export type AnswerInput = {
  readonly answer: Answer;
  /** Who they say they are: a claim. */
  readonly operator: string;
  readonly reason: string | null;
  /** Which rollback is meant; not needed while one question is open. */
  readonly rollback: string | null;
};
/** Why an answer does not count, for the person who gave it: what is wrong, or who decided what and when. */
export type Refused = { readonly refused: string };

/** They stand for a name and a reason in what a message gives to paste; pasted as they are, they name nobody. */
const yourName = 'YOUR NAME';
const yourReason = 'WHY';

const longest = { answer: 40, operator: 100, reason: 500, rollback: 80 } as const;
type Key = keyof typeof longest;
const keys = Object.keys(longest) as Key[];

/** What the decide machine takes for this answer, to be pasted. A reason stands there where one is needed. */
export const pasteable = (answer: Answer, rollback: string): string =>
  JSON.stringify({ answer, operator: yourName, ...(answer === 'skip' ? { reason: yourReason } : {}), rollback });

/** The same as a command. */
export const commandFor = (answer: Answer, rollback: string, environment: string): string =>
  [
    `npm run rollback -- decide ${answer} --operator "${yourName}"`,
    ...(answer === 'skip' ? [`--reason "${yourReason}"`] : []),
    `--rollback ${rollback}`,
    ...(environment === 'local' ? [] : [`--environment ${environment}`]),
  ].join(' ');

/** An execution's input as an answer, or what is wrong with it. */
export function parseAnswer(input: unknown): AnswerInput | Refused {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return malformed(`found ${shown(input)}`);
  const given = input as Readonly<Record<string, unknown>>;
  const wrong = wrongIn(given);
  if (wrong !== undefined) return malformed(wrong);
  const text = (key: Key) => lineOf(given[key], longest[key]) ?? null;
  return {
    answer: text('answer') as Answer,
    operator: text('operator') ?? '',
    reason: text('reason'),
    rollback: text('rollback'),
  };
}

/** The first thing that is wrong; undefined where nothing is. */
function wrongIn(given: Readonly<Record<string, unknown>>): string | undefined {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(longest, key));
  if (unknown !== undefined) return `"${unknown}" is not one of ${keys.join(', ')}`;
  const missing = (['answer', 'operator'] as const).find((key) => given[key] === undefined);
  if (missing) return `${missing} is missing`;
  const broken = keys.find((key) => given[key] !== undefined && lineOf(given[key], longest[key]) === undefined);
  if (broken)
    return `${broken} must be one line of 1 to ${longest[broken]} printable characters, found ${shown(given[broken])}`;
  const answer = String(given['answer']).trim();
  if (!Object.hasOwn(answers, answer)) return notAnAnswer(answer);
  if (isPlaceholder(given['operator'], yourName)) return `put your own name where ${yourName} stands`;
  if (isPlaceholder(given['reason'], yourReason)) return `put your reason where ${yourReason} stands`;
  return undefined;
}

function notAnAnswer(found: string): string {
  const known = Object.keys(answers);
  const meant = nearMiss(found, known);
  return `answer must be one of ${known.join(', ')}, found ${shown(found)}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`;
}

const isPlaceholder = (found: unknown, word: string) => String(found).trim().toUpperCase() === word;
const shown = (found: unknown) => JSON.stringify(found)?.slice(0, 60) ?? 'nothing';

const malformed = (wrong: string): Refused => ({
  refused: `An answer looks like {"answer": "rollback", "operator": "ana", "reason": "bad fills since 09:00"} and may name the rollback; ${wrong}. Nothing was decided.`,
});
