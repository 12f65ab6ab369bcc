import type { FailedHost } from '../host/failed-hosts.ts';
import type { Host } from '../host/host-verdict.ts';
import type { Environment } from '../infra/environment.ts';
import type { Severity } from '../severity.ts';
import { type Level, levels } from './contact.ts';

/** permit: there are objections. confirm: HIGH. choose: MEDIUM. hand-over: the rollback cannot continue by itself. */
export type Kind = 'permit' | 'confirm' | 'choose' | 'hand-over';

/** Every answer, with its effect as people read it. */
export const answers = {
  rollback: 'rolls the phase back',
  'ill-hosts': 'rolls back only the ill hosts that the question names; the others stay as they are',
  'stand-down': 'changes nothing; the rollback ends "Stood down"',
  'fix-forward': 'leaves the fix to a new deployment; the rollback ends "Fix forward"',
  retry: 'repeats the step on every host; hosts that have done it only report it again',
  'retry-failed-hosts': 'repeats the step on the hosts that have not done it',
  skip: 'continues without the step, and needs a reason; the rollback ends "Rolled back, unverified" at best',
  'without-hosts':
    'leaves the named hosts out and continues with the others, and needs a reason; the rollback ends "Rolled back, unverified" at best, and the hosts stay as they are: stop their trading',
  abort: 'stops here; the rollback ends "Needs a person", and the fleet stays held until it is released',
} as const;
export type Answer = keyof typeof answers;

/** The answers that need a reason, because the rollback then goes on with less than it was to do. */
export const needsReason = (answer: Answer): boolean => answer === 'skip' || answer === 'without-hosts';

/** The answers that each kind of question accepts. */
export const answersTo: Readonly<Record<Kind, readonly Answer[]>> = {
  permit: ['rollback', 'ill-hosts', 'stand-down'],
  confirm: ['rollback', 'ill-hosts', 'stand-down', 'fix-forward'],
  choose: ['rollback', 'ill-hosts', 'fix-forward'],
  'hand-over': ['retry', 'retry-failed-hosts', 'skip', 'without-hosts', 'abort'],
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
  /** The phases of a rollback of several, the latest first; `phase` is the lowest. Absent: `phase` alone. */
  readonly phases?: readonly number[] | undefined;
  readonly kind: Kind;
  readonly severity: Severity;
  /** The reasons for the question, one sentence each. */
  readonly why: readonly string[];
  /** ISO 8601. */
  readonly asked_at: string;
  /** ISO 8601: answers are accepted up to and including this instant. */
  readonly deadline: string;
  /** ISO 8601: by then L2 and L3 have been called, in two reminders. Absent: by the deadline. */
  readonly called_by?: string;
  /** The outcome at the deadline if nobody answers, in words. */
  readonly at_deadline: string;
  /** Number of different verified people who must answer rollback or ill-hosts; of a hand-over, skip or without-hosts. */
  readonly approvers: number;
  /** The state at which the rollback stopped. Absent: the question is no hand-over. */
  readonly stopped?: Stopped;
  /** The few hosts that are ill while their peers are well. Absent: the answer ill-hosts makes no sense. */
  readonly ill?: readonly Host[] | undefined;
};

/** The reason for the question of a drill, which is its only one. */
export const drillReason =
  'This is a DRILL: answer as you would if the alarm were real. Nothing is rolled back, whatever you answer; the time until you answer is measured.';

/** Whether a drill asks. */
export const isOfDrill = ({ why }: Pick<Question, 'why'>): boolean => why.includes(drillReason);

/** Returns the effect of an answer to a question, as people read it. */
export const effectOf = (answer: Answer, question: Pick<Question, 'why'>): string =>
  isOfDrill(question) ? 'your answer and its time are recorded, and nothing else happens' : answers[answer];

/** The state at which a rollback could not continue by itself. */
export type Stopped = {
  /** The step's id, and its state's name in the machine. */
  readonly step: string;
  readonly state: string;
  /** `restoring`: it restores the code of the phase. `confirming`: it is no step, but the check whether the rollback helped. */
  readonly kind: 'step' | 'restoring' | 'confirming';
  /** ISO 8601. */
  readonly at: string;
  /** The hosts that failed, each in its own words; of many, the first (mostFailedHosts). */
  readonly failed: readonly FailedHost[];
  /** Number of hosts that failed. Absent: an older version asked, and there may be more than `failed` names. */
  readonly hosts_failed?: number;
  /** Number of hosts of the rollback. */
  readonly hosts: number;
};

/** Returns the answers that a question accepts. */
export const answersOf = ({ kind, stopped, ill }: Pick<Question, 'kind' | 'stopped' | 'ill'>): readonly Answer[] =>
  answersTo[kind]
    .filter((answer) => answer !== 'ill-hosts' || ill !== undefined)
    .filter((answer) => stopped === undefined || whyNot(answer, stopped) === undefined);

/** The answers that begin a rollback. */
export const begins = (answer: string): boolean => answer === 'rollback' || answer === 'ill-hosts';

/**
 * Returns why an answer makes no sense where a rollback stopped; undefined if it does.
 *
 * Without the step that restores the code, the steps after it would resume trading on the code that is rolled back. Without
 * the confirmation nobody knows whether the rollback helped; it looks at every host again, so it has no failed hosts to
 * repeat. At least one host must stay.
 */
export function whyNot(
  answer: Answer,
  { kind, state, failed, hosts, hosts_failed = failed.length }: Stopped,
): string | undefined {
  if (answer === 'skip' && kind === 'restoring')
    return `without "${state}" trading would resume on the code that is rolled back`;
  if (answer === 'skip' && kind === 'confirming') return `without "${state}" nobody knows whether the rollback helped`;
  if (answer === 'retry-failed-hosts' && kind === 'confirming') return `"${state}" looks at every host; use retry`;
  if (answer === 'without-hosts' && hosts_failed >= hosts)
    return hosts === 1 ? 'the rollback has one host only' : `all ${hosts} hosts failed, and at least one must stay`;
  return undefined;
}

/** The facts from which newQuestion() makes a question. */
export type QuestionInput = Pick<
  Question,
  'rollback' | 'number' | 'phase' | 'phases' | 'kind' | 'severity' | 'why' | 'asked_at' | 'approvers' | 'ill'
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
  const at_deadline = isOfDrill(asking) ? drillGoesOn : atDeadline(asking.kind, times.choose);
  return { ...asking, deadline: new Date(deadline).toISOString(), at_deadline };
}

const drillGoesOn = 'The drill goes on, and records that nobody answered. Nothing is rolled back.';

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
export function callsDue(
  { asked_at, deadline, called_by = deadline }: Pick<Question, 'asked_at' | 'deadline' | 'called_by'>,
  now: number,
): Call[] {
  const asked = Date.parse(asked_at);
  const until = (percent: number) => Date.parse(percent === 100 ? deadline : called_by) - asked;
  return percents
    .map((percent, i) => ({ percent, level: levels[i] ?? 'L4', at: asked + (until(percent) * percent) / 100 }))
    .filter(({ at }) => at <= now)
    .map((call) => ({ ...call, at: new Date(call.at).toISOString() }));
}
