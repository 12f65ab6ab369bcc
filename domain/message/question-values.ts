import type { Assessment } from '../alarm/assessment.ts';
import { phaseNumbers, phaseOptions } from '../phases.ts';
import { type Plan, planLines } from '../plan/plan.ts';
import { commandFor, pasteable } from '../question/answer.ts';
import { type Asked, questionStatus } from '../question/answer-rules.ts';
import { type Contacts, contactLine, contactLines } from '../question/contact.ts';
import { failedHostLines } from '../question/hand-over.ts';
import { type Answer, answersOf, type Call, effectOf, type Question, questionTexts } from '../question/question.ts';
import { environmentOption } from './execution-place.ts';

/** The placeholders that the templates of questions and reminders may contain, in addition to messageWords. */
export const questionWords = [
  'question',
  'why',
  'assessment',
  'plan',
  'deadline',
  'answer_by',
  'at_deadline',
  'approvers',
  'answers',
  'machine',
  'inputs',
  'commands',
  'contacts',
  'called',
  'percent',
  'minutes_left',
  'minutes_open',
  'more',
  'standing',
  'stopped_at',
  'failed_hosts',
] as const;

/** Returns the values of a question's message, so that people can answer from the message alone. */
export function questionValues(
  question: Question,
  facts: { readonly plan: Plan | null; readonly assessment: Assessment | null; readonly impact: string },
  { environment, contacts }: { readonly environment: string; readonly contacts: Contacts },
): Record<string, string | number> {
  const { kind, rollback, approvers, stopped } = question;
  const each = (line: (answer: Answer) => string) => answersOf(question).map(line).join('\n');
  return {
    rollback_id: rollback,
    phase: phaseNumbers(question),
    severity: question.severity,
    question: questionTexts[kind],
    why: question.why.join('\n'),
    impact: facts.impact,
    assessment: facts.assessment?.reasoning.join('\n') ?? 'not measured',
    plan: facts.plan ? planLines(facts.plan).join('\n') : "see the question's first message",
    deadline: question.deadline,
    at_deadline: question.at_deadline,
    approvers: approvers > 1 ? howManyDecide(question) : 'one person decides',
    stopped_at: stopped?.state ?? 'unknown',
    failed_hosts: stopped ? failedHostLines(stopped).join('\n') : 'unknown',
    answers: each((answer) => `${answer}: ${effectOf(answer, question)}`),
    machine: `rollback-${environment}-decide`,
    inputs: each((answer) => pasteable(answer, question)),
    commands: each((answer) => commandFor(answer, question, environment)),
    contacts: contactLines(contacts),
  };
}

const howManyDecide = ({ kind, approvers }: Question) =>
  `${approvers} different, verified people must answer ${kind === 'hand-over' ? 'skip or without-hosts; for the others one is enough' : 'rollback'}`;

/**
 * Returns the latest instant (ISO 8601) for an answer with which the rollback keeps its limit, even if every step takes its
 * whole timeout (`atMostMinutes`). It is never later than the question's deadline.
 */
export function answerBy({ asked_at, deadline }: Question, limit: string, atMostMinutes: number): string {
  const last = Date.parse(limit) - atMostMinutes * 60_000;
  if (last <= Date.parse(asked_at)) return 'as soon as possible: the limit may be missed already';
  return new Date(Math.min(last, Date.parse(deadline))).toISOString();
}

/** Returns a reminder's values in addition to the question's: the question's status, the person to call, the time left. */
export const reminderValues = (
  call: Call,
  asked: Asked,
  { environment, contacts }: { readonly environment: string; readonly contacts: Contacts },
  now: number,
) => ({
  standing: questionStatus(asked, now),
  called: contactLine(call.level, contacts),
  percent: call.percent,
  minutes_open: Math.floor((now - Date.parse(asked.question.asked_at)) / 60_000),
  more: moreOf(asked.question, environment),
  minutes_left: Math.max(0, Math.floor((Date.parse(asked.question.deadline) - now) / 60_000)),
});

/** Returns what a reminder offers to read: a hand-over has no plan, because the rollback has begun. */
function moreOf({ rollback, kind, ...of }: Question, environment: string): string {
  const words = environmentOption(environment);
  return kind === 'hand-over'
    ? `What the hosts say, what is done, and the first message:\nnpm run rollback -- show ${rollback}${words}`
    : `The first message has the plan of a rollback. To plan again:\nnpm run rollback -- plan ${phaseOptions(of)}${words}`;
}
