import type { Environment } from '../infra/environment.ts';
import type { Severity } from '../severity.ts';
import { type Level, levels } from './contact.ts';

/** permit: there are objections. confirm: HIGH. choose: MEDIUM. hand-over: the rollback cannot continue by itself. */
export type Kind = 'permit' | 'confirm' | 'choose' | 'hand-over';

/** Every answer, with its effect as people read it. */
export const answers = {
  rollback: 'rolls the phase back',
  'stand-down': 'changes nothing; the rollback ends "Stood down"',
  'fix-forward': 'leaves the fix to a new deployment; the rollback ends "Fix forward"',
  retry: 'repeats the step on every host; hosts that have done it only report it again',
  'retry-failed-hosts': 'repeats the step on the failed hosts only',
  skip: 'continues without the step, and needs a reason; the rollback ends "Rolled back, unverified"',
  abort: 'stops here; the rollback ends "Needs a person", and the fleet stays held',
} as const;
export type Answer = keyof typeof answers;

/** The answers that each kind of question accepts. */
export const answersTo: Readonly<Record<Kind, readonly Answer[]>> = {
  permit: ['rollback', 'stand-down'],
  confirm: ['rollback', 'stand-down', 'fix-forward'],
  choose: ['rollback', 'fix-forward'],
  'hand-over': ['retry', 'retry-failed-hosts', 'skip', 'abort'],
};

/** The question of each kind, as people read it. */
export const questionTexts: Readonly<Record<Kind, string>> = {
  permit: 'Roll it back? There are objections',
  confirm: 'Roll it back?',
  choose: 'Roll it back, or fix it forward?',
  'hand-over': 'The rollback cannot continue by itself. What next?',
};

/** A stored question. */
export type Question = {
  readonly rollback: string;
  /** Counts from 1: a rollback may ask more than once. */
  readonly number: number;
  readonly phase: number;
  readonly kind: Kind;
  readonly severity: Severity;
  /** The reasons for the question, one sentence each. */
  readonly why: readonly string[];
  /** ISO 8601. */
  readonly asked_at: string;
  /** ISO 8601: answers are accepted up to and including this instant. */
  readonly deadline: string;
  /** The outcome at the deadline if nobody answers, in words. */
  readonly at_deadline: string;
  /** Number of different verified people who must answer rollback. */
  readonly approvers: number;
};

/** The facts from which newQuestion() makes a question. */
export type QuestionInput = Pick<
  Question,
  'rollback' | 'number' | 'phase' | 'kind' | 'severity' | 'why' | 'asked_at' | 'approvers'
> & {
  /** ISO 8601: the instant by which the rollback must be over (limits.ts). */
  readonly limit: string;
  /** The expected duration of the rollback from its first step to its end. */
  readonly expected_minutes: number;
};

/** People get at least 60 s to answer: the timeout of the state *Ask a person* is never shorter (statemachines/states/asking.ts). */
const shortestMilliseconds = 60_000;

/**
 * Returns a question with its deadline as an instant, so that a restart does not move it.
 *
 * The deadline of a permit is the rollback's limit. A confirm and a choose must leave the rollback enough time to keep its
 * limit. A hand-over waits for the environment's `hand_over` seconds (`times`). Every question is open for at least 60 s.
 */
export function newQuestion(
  { limit, expected_minutes, ...asking }: QuestionInput,
  times: Environment['questions'],
): Question {
  const asked = Date.parse(asking.asked_at);
  // The latest start with which the rollback is expected to keep its limit.
  const lastStart = Date.parse(limit) - expected_minutes * 60_000;
  const deadlines: Readonly<Record<Kind, number>> = {
    permit: Date.parse(limit),
    confirm: Math.min(asked + times.confirm * 1000, lastStart),
    choose: lastStart,
    'hand-over': asked + times.hand_over * 1000,
  };
  const deadline = Math.max(deadlines[asking.kind], asked + shortestMilliseconds);
  return { ...asking, deadline: new Date(deadline).toISOString(), at_deadline: atDeadline(asking.kind, times.choose) };
}

const atDeadline = (kind: Kind, choose: Environment['questions']['choose']): string =>
  ({
    permit: 'The phase is not rolled back; the rollback ends "Needs a person".',
    confirm: alarmDecides,
    choose: choose === 'rollback' ? alarmDecides : 'The phase is not rolled back; the rollback ends "Fix forward".',
    'hand-over': 'The rollback ends "Needs a person"; the hosts stay as they are, and the fleet stays held.',
  })[kind];

/** The rule of withoutAnswer() in decide.ts, in words. */
const alarmDecides =
  'The alarm is checked again. If it is still red, the phase is rolled back, unless there is an objection by then. If it has recovered, the rollback ends "Stood down".';

/** The names of the messages about a question. */
export const questionMessages = ['question', 'reminder-50', 'reminder-80'] as const;

/** Returns a message's name: `question` for the first question of a rollback, `question-2` for the second, … */
export const messageOf = (name: (typeof questionMessages)[number], number: number) =>
  number === 1 ? name : `${name}-${number}`;

/** A call to a level of contacts, when `percent` of a question's time is over; `at` is ISO 8601. */
export type Call = { readonly percent: 0 | 50 | 80 | 100; readonly level: Level; readonly at: string };

/** A question calls L1 at once, and one more level with each reminder and at the deadline. */
const percents = [0, 50, 80, 100] as const;

/** Returns the calls that are due by now (milliseconds since 1970), oldest first. Each percent occurs once. */
export function callsDue({ asked_at, deadline }: Pick<Question, 'asked_at' | 'deadline'>, now: number): Call[] {
  const asked = Date.parse(asked_at);
  const span = Date.parse(deadline) - asked;
  return percents
    .map((percent, i) => ({ percent, level: levels[i] ?? 'L4', at: asked + (span * percent) / 100 }))
    .filter(({ at }) => at <= now)
    .map((call) => ({ ...call, at: new Date(call.at).toISOString() }));
}
