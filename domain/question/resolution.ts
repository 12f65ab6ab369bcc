import type { Severity } from '../severity.ts';
import { type Answer, begins, needsReason, type Question } from './question.ts';

/**
 * One write about a question: an answer, the verified principal of an answer, a deadline without an answer, or an alarm.
 *
 * The decisions of a question are stored in the order of their writes. Each is a conditional write to a new key, so two
 * concurrent writes get one order that is the same for every reader.
 */
export type Decision =
  | {
      readonly type: 'answer';
      /** ARN of the execution that gave the answer. A retry of the same execution is not a second answer. */
      readonly by: string;
      readonly answer: Answer;
      /** The name that the person gave: a claim. */
      readonly operator: string | null;
      readonly reason: string | null;
      /** The hosts that `without-hosts` leaves out. Absent: any other answer. */
      readonly hosts?: readonly string[];
      readonly at: string;
    }
  /** The principal that started an answer's execution (`by`), from CloudTrail's StartExecution. */
  | { readonly type: 'verified'; readonly by: string; readonly principal: string; readonly at: string }
  | { readonly type: 'nobody answered'; readonly at: string }
  /** At the deadline Step Functions had not shown whether these items (`passes`) count. They never do from then on. */
  | { readonly type: 'not proved'; readonly passes: readonly string[]; readonly at: string }
  /** An alarm that joined and is rolled back at once, or asks a question of its own (decide.ts, effectOnOpenQuestion). */
  | {
      readonly type: 'alarm joined';
      /** ARN of the execution that joined. */
      readonly by: string;
      readonly alarm: string;
      readonly severity: Severity;
      readonly means: 'rollback' | 'ask again';
      readonly at: string;
    }
  /** A CRITICAL rollback waits for the fleet, or a CRITICAL alarm joined, so a hand-over is asked again with a shorter deadline. */
  | {
      readonly type: 'critical waits';
      /** ARN of the execution that waits or joined. */
      readonly by: string;
      readonly at: string;
    };
export type GivenAnswer = Extract<Decision, { type: 'answer' }>;

/** The state of a question after its decisions so far. */
export type Resolution =
  /** Not decided. `missing`: the answers that `answer` still needs; `approved_by` names the verified people who gave it. */
  | {
      readonly state: 'open';
      readonly answer: Answer;
      readonly missing: number;
      readonly approved_by: readonly string[];
    }
  /** Not decided at the deadline. The caller must write `nobody answered`; the first write counts. */
  | { readonly state: 'lapsed' }
  /** Decided by one decision (`by`), the last that was needed. */
  | { readonly state: 'decided'; readonly outcome: Outcome; readonly by: Decision; readonly at: string };

export type Outcome = Answer | 'nobody answered' | 'not proved' | 'ask again';

/**
 * Returns the state of a question from its decisions that count (domain/proof), in their order. `now` is in milliseconds since
 * 1970.
 *
 * Once a question is decided, later decisions never change its outcome.
 */
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
  const nearest = decisions
    .filter(isApproval)
    .toSorted((a, b) => agree(decisions, b).size - agree(decisions, a).size)[0];
  const approved_by = nearest ? [...agree(decisions, nearest).keys()] : [];
  const missing = Math.max(question.approvers - approved_by.length, 1);
  return { state: 'open', answer: nearest?.answer ?? 'rollback', missing, approved_by };
}

/** Returns the outcome that the last of these decisions brings about; undefined if the question stays open. */
function outcomeOf(last: Decision, until: readonly Decision[], needed: number): Outcome | undefined {
  switch (last.type) {
    case 'nobody answered':
    case 'not proved':
      return last.type;
    case 'alarm joined':
      return last.means;
    case 'critical waits':
      return 'ask again';
    case 'answer':
      return needed === 1 || !isApproval(last) || agree(until, last).size >= needed ? last.answer : undefined;
    case 'verified': {
      const given = until.filter(isApproval).find((one) => one.by === last.by);
      return given && agree(until, given).size >= needed ? given.answer : undefined;
    }
  }
}

/**
 * Returns whether an answer needs all approvers: it begins a rollback, or goes on with less than was approved. One person is
 * enough to stop a rollback, or to repeat a step.
 */
const isApproval = (one: Decision): one is GivenAnswer =>
  one.type === 'answer' && (begins(one.answer) || needsReason(one.answer));

/**
 * Returns the verified people who gave the same answer, for the same hosts, each with the first of their answers. An
 * unverified name does not count.
 */
function agree(decisions: readonly Decision[], { answer, hosts }: GivenAnswer): Map<string, GivenAnswer> {
  const people = new Map<string, GivenAnswer>();
  for (const one of decisions.filter(isApproval)) {
    const principal = principalOf(decisions, one.by);
    if (one.answer !== answer || !sameHosts(one.hosts, hosts) || principal === null) continue;
    const person = personOf(principal);
    if (!people.has(person)) people.set(person, one);
  }
  return people;
}

const sameHosts = (some: readonly string[] = [], others: readonly string[] = []) =>
  some.toSorted().join('\n') === others.toSorted().join('\n');

/** Returns the answers that decided a question: one, or those of the people whose agreement it needed. */
export function decidingAnswers(decisions: readonly Decision[], by: Decision): GivenAnswer[] {
  if (by.type === 'answer' && !isApproval(by)) return [by];
  const last = by.type === 'answer' ? by : decisions.filter(isApproval).find((one) => 'by' in by && one.by === by.by);
  if (!last) return [];
  const people = agree(decisions, last);
  return people.size > 1 ? [...people.values()] : [last];
}

/**
 * Returns the person behind a principal: the name of the user or session, which is the end of the ARN.
 *
 * One person in two roles counts once. Two people with the same name count once too, so a third must answer: the safe side.
 */
export const personOf = (principal: string): string => principal.split('/').at(-1) ?? principal;

/** Returns the verified principal of an execution's answer; null: not known yet. It never replaces the claimed name. */
export const principalOf = (decisions: readonly Decision[], by: string): string | null =>
  decisions.flatMap((one) => (one.type === 'verified' && one.by === by ? [one.principal] : []))[0] ?? null;
