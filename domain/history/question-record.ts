import type { Answer, Kind } from '../question/question.ts';
import type { RollbackEvent } from './event.ts';

/** One question of a rollback in its RECORD, with its answers and its outcome. */
export type QuestionRecord = {
  readonly number: number;
  readonly kind: Kind;
  readonly why: readonly string[];
  readonly asked_at: string;
  readonly deadline: string;
  readonly answers: readonly AnswerRecord[];
  /** An answer, `nobody answered`, or `ask again`; null: the question is open. */
  readonly outcome: string | null;
  readonly settled_at: string | null;
  /** The person, alarm or deadline that decided the question, in a sentence. */
  readonly settled_by: string | null;
  /** The newest person who said that they had heard the question; absent: nobody did. */
  readonly acknowledged?: { readonly operator: string; readonly at: string };
  /** Of a question that nobody answered: unheard, if nobody acknowledged it either. Absent: it was answered, or is open. */
  readonly without_answer?: 'unheard' | 'unanswered';
};
type AnswerRecord = {
  readonly answer: Answer;
  /** The name that the person gave: a claim, kept apart from the principal. null: a start by hand without a name. */
  readonly operator: string | null;
  readonly reason: string | null;
  readonly at: string;
  /** ARN of the execution that gave the answer. */
  readonly by: string;
  /** ARN of the principal that started that execution, from CloudTrail; null: not known yet. */
  readonly principal: string | null;
};

/** Returns the number of questions that a rollback has asked; they are numbered from 1. */
export const questionsAsked = (events: readonly RollbackEvent[]): number =>
  events.filter(({ type }) => type === 'Question asked').length;

/** Applies an event to the questions of a record. Returns the same list if the event is not about a question. */
export function withQuestions(questions: readonly QuestionRecord[], event: RollbackEvent): readonly QuestionRecord[] {
  const { type, detail } = event;
  switch (type) {
    case 'Question asked':
      return [...questions, asked(event)];
    case 'Answer given': {
      const { number, ...answer } = detail as unknown as AnswerRecord & { number: number };
      return changed(questions, number, ({ answers }) => ({ answers: [...answers, { ...answer, principal: null }] }));
    }
    case 'Principal verified': {
      const { by, principal } = detail as { by: string; principal: string };
      return questions.map((one) => ({
        ...one,
        answers: one.answers.map((answer) => (answer.by === by ? { ...answer, principal } : answer)),
      }));
    }
    case 'Question settled': {
      const { number, outcome, by } = detail as { number: number; outcome: string; by: string };
      return changed(questions, number, ({ acknowledged }) => ({
        ...{ outcome, settled_at: event.at, settled_by: by },
        ...(outcome === 'nobody answered'
          ? { without_answer: acknowledged ? ('unanswered' as const) : ('unheard' as const) }
          : {}),
      }));
    }
    case 'Acknowledged': {
      const { about, number, operator } = detail as { about: string; number: number; operator: string };
      return about === 'question'
        ? changed(questions, number, () => ({ acknowledged: { operator, at: event.at } }))
        : questions;
    }
    default:
      return questions;
  }
}

function asked({ detail }: RollbackEvent): QuestionRecord {
  const { number, kind, why, asked_at, deadline } = detail as unknown as QuestionRecord;
  return { number, kind, why, asked_at, deadline, answers: [], outcome: null, settled_at: null, settled_by: null };
}

const changed = (
  questions: readonly QuestionRecord[],
  number: number,
  change: (one: QuestionRecord) => Partial<QuestionRecord>,
) => questions.map((one) => (one.number === number ? { ...one, ...change(one) } : one));
