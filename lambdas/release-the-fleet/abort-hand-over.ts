import type { Happened } from '../../domain/history/event.ts';
import { decisionSentence } from '../../domain/question/answer-rules.ts';
import { resolve } from '../../domain/question/resolution.ts';
import { type CheckedQuestion, type CheckedQuestionDeps, checkQuestion } from '../operations/checked-question.ts';
import { isAnswerOf, storeAnswer } from '../operations/give-answer.ts';

/** The release of a fleet whose holder hands over. `by`: the ARN of its execution. */
export type Release = { readonly operator: string; readonly reason: string; readonly by: string };

/** A hand-over that a release has answered with `abort`. */
export type Aborted = {
  readonly question: CheckedQuestion['question'];
  /** The event of the answer. */
  readonly answered: Happened;
};

/**
 * Answers the open hand-over of a rollback with `abort`, in the name of the person who releases its fleet. Returns undefined if
 * the rollback asks no hand-over, and a sentence if it is decided otherwise. Calling it again returns the same.
 *
 * The answer is stored like every other: of it and another answer, the first one counts. From then on the rollback does nothing
 * more on hosts.
 */
export async function abortHandOver(
  deps: CheckedQuestionDeps,
  rollback: string,
  { operator, reason, by }: Release,
): Promise<Aborted | { readonly decided: string } | undefined> {
  const input = { answer: 'abort', operator, reason } as const;
  const found = (await deps.questions.newest()).filter(({ question }) => question.rollback === rollback);
  const newest = found.toSorted((a, b) => b.question.number - a.question.number)[0];
  if (newest?.question.kind !== 'hand-over') return undefined;
  const asked = await checkQuestion(deps, newest, { own: isAnswerOf(by, input) });
  const stored = await storeAnswer(deps, asked, input, by);
  if ('refused' in stored) return { decided: whyDecided(stored.asked, deps.now()) };
  return { question: newest.question, answered: stored.event };
}

function whyDecided(asked: CheckedQuestion, now: number): string {
  const resolution = resolve(asked.decisions, asked.question, now);
  return resolution.state === 'decided'
    ? decisionSentence(asked, resolution)
    : `the deadline of its hand-over was ${asked.question.deadline}`;
}
