import { nearMiss } from '../near-miss.ts';
import { hostName, mistakenPlaceholder, yourName, yourReason } from '../placeholder.ts';
import { lineOf, shown } from '../printable.ts';
import { type Answer, answers, needsReason, type Question } from './question.ts';

/** A person's answer to an open question: the input of the decide machine. */
export type AnswerInput = {
  readonly answer: Answer;
  /** The name that the person gives: a claim. */
  readonly operator: string;
  readonly reason: string | null;
  /** The hosts that `without-hosts` leaves out, by name or instance id. Absent: any other answer. */
  readonly hosts?: readonly string[];
  /** The rollback that asked; null is enough while only one question is open. */
  readonly rollback: string | null;
  /** The number of the question in that rollback. null is enough unless the question is a hand-over. */
  readonly question: number | null;
};
/** The refusal of an answer: its mistake, or the decision that came before it, in a sentence for the person who gave it. */
export type Refused = { readonly refused: string };

const longest = { answer: 40, operator: 100, reason: 500, rollback: 80 } as const;
type Key = keyof typeof longest;
const texts = Object.keys(longest) as Key[];
const keys = [...texts, 'hosts', 'question'];

type About = Pick<Question, 'rollback' | 'number' | 'stopped'>;

/**
 * Returns the decide machine's input for this answer, to be pasted. It has a place for a reason if one is required, and the
 * failed hosts if hosts must be named. It names the question, so that a late paste cannot answer the next one.
 */
export const pasteable = (answer: Answer, { rollback, number, stopped }: About): string =>
  JSON.stringify({
    answer,
    operator: yourName,
    ...(answer === 'without-hosts' ? { hosts: hostsToName(stopped) } : {}),
    ...(needsReason(answer) ? { reason: yourReason } : {}),
    rollback,
    question: number,
  });

/** Returns the command of the CLI that gives this answer. */
export const commandFor = (answer: Answer, { rollback, number, stopped }: About, environment: string): string =>
  [
    `npm run rollback -- decide ${answer} --operator "${yourName}"`,
    ...(answer === 'without-hosts' ? [`--hosts ${hostsToName(stopped).join(',')}`] : []),
    ...(needsReason(answer) ? [`--reason "${yourReason}"`] : []),
    `--rollback ${rollback} --question ${number}`,
    ...(environment === 'local' ? [] : [`--environment ${environment}`]),
  ].join(' ');

/** The hosts that an answer to paste names: those that failed. */
const hostsToName = (stopped: Question['stopped']): string[] => {
  const failed = stopped?.failed.map(({ host }) => host) ?? [];
  return failed.length > 0 ? failed : [hostName];
};

/** Parses an execution's input as an answer. Returns a refusal with the first mistake and an input that works. */
export function parseAnswer(input: unknown): AnswerInput | Refused {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return malformed(`found ${shown(input)}`);
  const given = input as Readonly<Record<string, unknown>>;
  const wrong = mistakeIn(given);
  if (wrong !== undefined) return malformed(wrong, String(given['answer']).trim());
  const text = (key: Key) => lineOf(given[key], longest[key]) ?? null;
  const hosts = hostsIn(given['hosts']);
  return {
    answer: text('answer') as Answer,
    operator: text('operator') ?? '',
    reason: text('reason'),
    ...(hosts ? { hosts } : {}),
    rollback: text('rollback'),
    question: numberIn(given['question']) ?? null,
  };
}

/** Returns the first mistake in an answer; undefined if it has none. */
function mistakeIn(given: Readonly<Record<string, unknown>>): string | undefined {
  const unknown = Object.keys(given).find((key) => !keys.includes(key));
  if (unknown !== undefined) return `"${unknown}" is not one of ${keys.join(', ')}`;
  const missing = (['answer', 'operator'] as const).find((key) => given[key] === undefined);
  if (missing) return `${missing} is missing`;
  const broken = texts.find((key) => given[key] !== undefined && lineOf(given[key], longest[key]) === undefined);
  if (broken)
    return `${broken} must be one line of 1 to ${longest[broken]} printable characters, found ${shown(given[broken])}`;
  const { question } = given;
  if (question !== undefined && question !== null && numberIn(question) === undefined)
    return `question must be the number of a question, such as 2, found ${shown(question)}`;
  const answer = String(given['answer']).trim();
  if (!Object.hasOwn(answers, answer)) return notAnAnswer(answer);
  const replaced = mistakenPlaceholder(given['operator']) ?? mistakenPlaceholder(given['reason']);
  return replaced ?? mistakeInHosts(answer, given['hosts']);
}

/** Returns the number of a question; undefined if it is none. */
const numberIn = (found: unknown): number | undefined =>
  Number.isSafeInteger(found) && Number(found) > 0 ? Number(found) : undefined;

const mostHosts = 1000;

/** Returns host names or instance ids, each once; undefined if it is no list of them. */
function hostsIn(found: unknown): string[] | undefined {
  const named = Array.isArray(found) && found.every((one) => typeof one === 'string' && /^[\w.-]{1,255}$/.test(one));
  return named && found.length > 0 && found.length <= mostHosts ? [...new Set(found as string[])] : undefined;
}

function mistakeInHosts(answer: string, found: unknown): string | undefined {
  if (answer !== 'without-hosts')
    return found === undefined || found === null
      ? undefined
      : `hosts belongs to the answer without-hosts only, found ${answer}`;
  if (found === undefined || found === null) return 'hosts is missing: name the hosts to leave out, such as ["host-2"]';
  const named = hostsIn(found);
  if (!named)
    return `hosts must be a list of 1 to ${mostHosts} host names or instance ids such as ["host-2"], found ${shown(found)}`;
  return named.includes(hostName) ? `replace ${hostName} with the hosts to leave out` : undefined;
}

function notAnAnswer(found: string): string {
  const known = Object.keys(answers);
  const near = nearMiss(found, known);
  return `answer must be one of ${known.join(', ')}, found ${shown(found)}${near === undefined ? '' : ` (did you mean ${near}?)`}`;
}

/** `answer`: what was answered, if that is known, for an example that fits. */
const malformed = (wrong: string, answer?: string): Refused => ({
  refused: `An answer looks like ${answer === 'without-hosts' ? exampleWithoutHosts : example} and may name the rollback; ${wrong}. Nothing was decided.`,
});
const example = '{"answer": "rollback", "operator": "ana", "reason": "bad fills since 09:00"}';
const exampleWithoutHosts =
  '{"answer": "without-hosts", "hosts": ["host-2"], "operator": "ana", "reason": "its disk is broken"}';
