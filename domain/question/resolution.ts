import type { Severity } from '../severity.ts';
import type { Answer, Question } from './question.ts';

/**
 * One write about a question: an answer; the proof of who gave it; that nobody answered; or another alarm.
 *
 * A question's decisions stand in the order in which they were written, each put where nothing stood: two at once are one
 * after the other, the same for everybody.
 */
export type Decision =
  | {
      readonly type: 'answer';
      /** The execution that gave it. The same one asking again is not a second answer. */
      readonly by: string;
      readonly answer: Answer;
      /** Who they say they are: a claim. */
      readonly operator: string | null;
      readonly reason: string | null;
      readonly at: string;
    }
  /** Who an answer's execution was really started by (CloudTrail's StartExecution). */
  | { readonly type: 'verified'; readonly by: string; readonly principal: string; readonly at: string }
  | { readonly type: 'nobody answered'; readonly at: string }
  /** An alarm joined that is rolled back at once, or one that asks a question of its own (decide.ts, joining). */
  | {
      readonly type: 'alarm joined';
      readonly alarm: string;
      readonly severity: Severity;
      readonly means: 'rollback' | 'ask again';
      readonly at: string;
    };
export type GivenAnswer = Extract<Decision, { type: 'answer' }>;

export type Resolution =
  /** Nobody has decided yet. */
  | { readonly state: 'open'; readonly missing: number; readonly approved_by: readonly string[] }
  /** Nobody has, and the deadline is over: `nobody answered` is to be written, and whichever write comes first counts. */
  | { readonly state: 'lapsed' }
  /** These decided, the last of them settled it. */
  | { readonly state: 'decided'; readonly outcome: Outcome; readonly by: Decision; readonly at: string };

export type Outcome = Answer | 'nobody answered' | 'ask again';

/** What a question's decisions come to. Once they have decided, nothing that is written after them changes it. */
export function resolve(
  decisions: readonly Decision[],
  question: Pick<Question, 'approvers' | 'deadline'>,
  now: number,
): Resolution {
  for (const [i, last] of decisions.entries()) {
    const outcome = outcomeOf(last, decisions.slice(0, i + 1), question.approvers);
    if (outcome) return { state: 'decided', outcome, by: last, at: last.at };
  }
  if (now >= Date.parse(question.deadline)) return { state: 'lapsed' };
  const approved_by = [...approvers(decisions)];
  return { state: 'open', missing: Math.max(question.approvers - approved_by.length, 1), approved_by };
}

/** What the newest of these settles; undefined where it settles nothing. */
function outcomeOf(last: Decision, until: readonly Decision[], needed: number): Outcome | undefined {
  switch (last.type) {
    case 'nobody answered':
      return 'nobody answered';
    case 'alarm joined':
      return last.means;
    case 'answer':
      // Only what acts needs two: one person is enough to hold it back.
      if (last.answer !== 'rollback' || needed === 1) return last.answer;
      return approvers(until).size >= needed ? 'rollback' : undefined;
    case 'verified':
      return approvers(until).size >= needed ? 'rollback' : undefined;
  }
}

/** The verified people who said rollback. A name that nobody verified counts for nobody, and a person once. */
function approvers(decisions: readonly Decision[]): Set<string> {
  const principals = decisions.map((one) =>
    one.type === 'answer' && one.answer === 'rollback' ? principalOf(decisions, one.by) : null,
  );
  return new Set(principals.filter((principal) => principal !== null).map(personOf));
}

/**
 * Who a principal is: the user's or the session's name, which ends its ARN. One person in two roles is one; that two people
 * of one name are one too only asks a third.
 */
export const personOf = (principal: string): string => principal.split('/').at(-1) ?? principal;

/** The verified principal behind an execution's answer, beside the claim and never in its place; null: not known yet. */
export const principalOf = (decisions: readonly Decision[], by: string): string | null =>
  decisions.flatMap((one) => (one.type === 'verified' && one.by === by ? [one.principal] : []))[0] ?? null;
