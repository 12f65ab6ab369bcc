import type { Assessment } from '../alarm/assessment.ts';
import { type Plan, planLines } from '../plan/plan.ts';
import { commandFor, pasteable } from '../question/answer.ts';
import { type Asked, questionStatus } from '../question/answer-rules.ts';
import { type Contacts, contactLine, contactLines } from '../question/contact.ts';
import { type Answer, answers, answersTo, type Call, type Question } from '../question/question.ts';

/** What the templates of a question and its reminders may name, beside what every message may. */
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
  'standing',
] as const;

/** What a question's message may name: enough to answer it rightly from the message alone. */
export function questionValues(
  question: Question,
  about: { readonly plan: Plan | null; readonly assessment: Assessment | null; readonly impact: string },
  place: { readonly environment: string; readonly contacts: Contacts },
): Record<string, string | number> {
  const { kind, rollback, approvers } = question;
  const { environment, contacts } = place;
  const each = (line: (answer: Answer) => string) => answersTo[kind].map(line).join('\n');
  return {
    rollback_id: rollback,
    phase: question.phase,
    severity: question.severity,
    question: asks[kind],
    why: question.why.join('\n'),
    impact: about.impact,
    assessment: about.assessment?.reasoning.join('\n') ?? 'not measured',
    plan: about.plan ? planLines(about.plan).join('\n') : 'as the question says',
    deadline: question.deadline,
    at_deadline: question.at_deadline,
    approvers: approvers > 1 ? `${approvers} different, verified people must answer rollback` : 'one person decides',
    answers: each((answer) => `${answer}: ${answers[answer]}`),
    machine: `rollback-${environment}-decide`,
    inputs: each((answer) => pasteable(answer, rollback)),
    commands: each((answer) => commandFor(answer, rollback, environment)),
    contacts: contactLines(contacts),
  };
}

/** By when to answer, so that a rollback that takes as long as it may keeps its limit. */
export function answerBy({ asked_at, deadline }: Question, limit: string, atMostMinutes: number): string {
  const last = Date.parse(limit) - atMostMinutes * 60_000;
  if (last <= Date.parse(asked_at)) return 'as soon as you can: it may be late already';
  return new Date(Math.min(last, Date.parse(deadline))).toISOString();
}

/** A reminder's values beside the question's: how it stands, who is called now, and how long there still is. */
export const reminderValues = (call: Call, asked: Asked, contacts: Contacts, now: number) => ({
  standing: questionStatus(asked, now),
  called: contactLine(call.level, contacts),
  percent: call.percent,
  minutes_left: Math.max(0, Math.floor((Date.parse(asked.question.deadline) - now) / 60_000)),
});

/** What each kind wants to know. */
const asks: Readonly<Record<Question['kind'], string>> = {
  permit: 'May it be rolled back? Something is against it',
  confirm: 'Is it to be rolled back?',
  choose: 'Is it to be rolled back, or fixed forward?',
  'hand-over': 'The rollback cannot go on by itself. What now?',
};
