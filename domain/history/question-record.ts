import type { Answer, Kind } from '../question/question.ts';
import type { RollbackEvent } from './event.ts';

/** What people were asked, what they answered, and how it was settled. */
export type QuestionRecord = {
  readonly number: number;
  readonly kind: Kind;
  readonly why: readonly string[];
  readonly asked_at: string;
  readonly deadline: string;
  readonly answers: readonly AnswerRecord[];
  /** An answer, `nobody answered`, or `ask again`; null: it is open. */
  readonly outcome: string | null;
  readonly settled_at: string | null;
  /** Who or what settled it, in a sentence. */
  readonly settled_by: string | null;
};
type AnswerRecord = {
  readonly answer: Answer;
  /** Who they say they are: a claim, kept apart from the principal. null: who started the phase by hand without a name. */
  readonly operator: string | null;
  readonly reason: string | null;
  readonly at: string;
  /** The execution that gave it. */
  readonly by: string;
  /** Who started that execution, as CloudTrail says; null: not known yet. */
  readonly principal: string | null;
};

/** The questions after one more event; the same ones where it is about something else. */
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
      return changed(questions, number, () => ({ outcome, settled_at: event.at, settled_by: by }));
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
