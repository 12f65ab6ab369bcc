import type { Environment } from '../infra/environment.ts';
import type { Severity } from '../severity.ts';
import { type Level, levels } from './contact.ts';

/** permit: something is against a rollback. confirm: HIGH. choose: MEDIUM. hand-over: a rollback cannot go on. */
export type Kind = 'permit' | 'confirm' | 'choose' | 'hand-over';

/** What people may answer, and what each answer does. */
export const answers = {
  rollback: 'rolls the phase back',
  'stand-down': 'does nothing; it ends "Stood down"',
  'fix-forward': 'leaves it to a new deployment; it ends "Fix forward"',
  retry: 'does the step again on every host; those that have done it only say so again',
  'retry-failed-hosts': 'does the step again on the hosts that failed only',
  skip: 'goes on without the step, and needs a reason; it ends "Rolled back, unverified"',
  abort: 'stops here; it ends "Needs a person", and the fleet stays held',
} as const;
export type Answer = keyof typeof answers;

export const answersTo: Readonly<Record<Kind, readonly Answer[]>> = {
  permit: ['rollback', 'stand-down'],
  confirm: ['rollback', 'stand-down', 'fix-forward'],
  choose: ['rollback', 'fix-forward'],
  'hand-over': ['retry', 'retry-failed-hosts', 'skip', 'abort'],
};

export type Question = {
  readonly rollback: string;
  /** From 1: a rollback may ask more than once. */
  readonly number: number;
  readonly phase: number;
  readonly kind: Kind;
  readonly severity: Severity;
  /** Why it is asked, one sentence each. */
  readonly why: readonly string[];
  readonly asked_at: string;
  /** ISO 8601: answers are taken up to this instant. */
  readonly deadline: string;
  /** What happens then, for the people who are asked. */
  readonly at_deadline: string;
  /** How many different verified people must say rollback. */
  readonly approvers: number;
};

export type QuestionInput = Pick<
  Question,
  'rollback' | 'number' | 'phase' | 'kind' | 'severity' | 'why' | 'asked_at' | 'approvers'
> & {
  /** ISO 8601: when the rollback must be over (limits.ts). */
  readonly limit: string;
  /** What the rollback is expected to take from its first step on. */
  readonly expected_minutes: number;
};

/** A question shorter than this is none; and the state that waits for its answer has at least this long (design). */
const shortestMilliseconds = 60_000;

/** The question as it is stored, with its deadline as an instant, so that no restart moves it. */
export function newQuestion(
  { limit, expected_minutes, ...asking }: QuestionInput,
  times: Environment['questions'],
): Question {
  const asked = Date.parse(asking.asked_at);
  /** Acting by itself after it still keeps the limit. */
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
    permit: 'It is not rolled back: it ends "Needs a person".',
    confirm: lookedAt,
    choose: choose === 'rollback' ? lookedAt : 'It is not rolled back: it ends "Fix forward".',
    'hand-over': 'It ends "Needs a person": the hosts stay as they are, and the fleet stays held.',
  })[kind];

/** decide() does so (decide.ts, withoutAnswer). */
const lookedAt =
  'The alarm is looked at. Still red: it is rolled back, unless something is against it by then. Recovered: it ends "Stood down".';

/** The messages about a question. */
export const questionMessages = ['question', 'reminder-50', 'reminder-80'] as const;

/** `question`, and for a rollback that asks again `question-2`, … */
export const messageOf = (name: (typeof questionMessages)[number], number: number) =>
  number === 1 ? name : `${name}-${number}`;

export type Call = { readonly percent: 0 | 50 | 80 | 100; readonly level: Level; readonly at: string };

/** Whom a question calls when: L1 when it is asked, and one level more with each reminder and at the deadline. */
const percents = [0, 50, 80, 100] as const;

/** The calls that are due by now, oldest first; none is due twice, by its percent. */
export function callsDue({ asked_at, deadline }: Pick<Question, 'asked_at' | 'deadline'>, now: number): Call[] {
  const asked = Date.parse(asked_at);
  const span = Date.parse(deadline) - asked;
  return percents
    .map((percent, i) => ({ percent, level: levels[i] ?? 'L4', at: asked + (span * percent) / 100 }))
    .filter(({ at }) => at <= now)
    .map((call) => ({ ...call, at: new Date(call.at).toISOString() }));
}
