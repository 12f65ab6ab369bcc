import type { AnswerInput, Refused } from '../../domain/question/answer.ts';
import { type Asked, checkAnswer } from '../../domain/question/answer-rules.ts';
import { type GivenAnswer, resolve } from '../../domain/question/resolution.ts';
import type { Wake } from '../clients/wake-machine.ts';
import type { History } from '../stores/history.ts';
import { decideNext, type Questions } from '../stores/questions.ts';
import { appendSealed } from '../stores/seal.ts';

export type AnsweringDeps = {
  readonly questions: Questions;
  readonly history: History;
  readonly wake: Wake;
  readonly now: () => number;
};

/**
 * Writes an answer behind what was decided so far, into the rollback's history too, and wakes the machine where that
 * settles the question. The same execution asking again gives the same answer; who comes too late is refused.
 *
 * `by`: the execution that gives it.
 */
export async function giveAnswer(
  { questions, history, wake, now }: AnsweringDeps,
  asked: Asked,
  input: Pick<AnswerInput, 'answer' | 'reason'> & { readonly operator: string | null },
  by: string,
): Promise<{ readonly asked: Asked; readonly answer: GivenAnswer } | Refused> {
  const at = new Date(now()).toISOString();
  let found: ReturnType<typeof checkAnswer> | undefined;
  const after = await decideNext(questions, asked, (one) => {
    found = checkAnswer(one, input, { by, at });
    return 'type' in found ? found : undefined;
  });
  if (!found || 'refused' in found) return found ?? { refused: 'Nothing was asked.' };
  const answer = 'already' in found ? found.already : found;
  const { rollback, number } = asked.question;
  const { type: _, ...given } = answer;
  await appendSealed(history, rollback, at, {
    id: `answer-given/${by}`,
    type: 'Answer given',
    at: answer.at,
    detail: { number, ...given },
  });
  // It counts as it is stored. A machine that cannot be woken now is woken by Reconcile.
  if (resolve(after.decisions, after.question, now()).state === 'decided') await wake(asked.question).catch(() => {});
  return { asked: after, answer };
}
