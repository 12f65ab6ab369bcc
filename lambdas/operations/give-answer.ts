import type { AnswerInput, Refused } from '../../domain/question/answer.ts';
import { type Asked, checkAnswer } from '../../domain/question/answer-rules.ts';
import { type GivenAnswer, resolve } from '../../domain/question/resolution.ts';
import type { Wake } from '../clients/wake-machine.ts';
import type { History } from '../stores/history.ts';
import { decideNext, type Questions } from '../stores/questions.ts';
import { appendSealed } from '../stores/seal.ts';

export type GiveAnswerDeps = {
  readonly questions: Questions;
  readonly history: History;
  readonly wake: Wake;
  readonly now: () => number;
};

/**
 * Stores a person's answer behind the earlier decisions and in the rollback's history. Wakes the machine if the answer
 * settles the question.
 *
 * `by`: the execution that gives the answer. A repeat by the same execution returns its first answer. An answer to a
 * question that is decided already is refused.
 */
export async function giveAnswer(
  { questions, history, wake, now }: GiveAnswerDeps,
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
  // A stored answer counts even if the machine cannot be woken: Reconcile wakes it later.
  if (resolve(after.decisions, after.question, now()).state === 'decided') await wake(asked.question).catch(() => {});
  return { asked: after, answer };
}
