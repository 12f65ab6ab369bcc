import { contentHash } from '../../domain/content-hash.ts';
import type { AnswerInput, Refused } from '../../domain/question/answer.ts';
import { checkAnswer } from '../../domain/question/answer-rules.ts';
import { type Decision, type GivenAnswer, resolve } from '../../domain/question/resolution.ts';
import type { Wake } from '../clients/wake-machine.ts';
import type { History } from '../stores/history.ts';
import { appendSealed } from '../stores/seal.ts';
import { type CheckedQuestion, type CheckedQuestionDeps, decideNext } from './checked-question.ts';

export type GiveAnswerDeps = CheckedQuestionDeps & { readonly history: History; readonly wake: Wake };

type Input = Pick<AnswerInput, 'answer' | 'reason' | 'hosts'> & { readonly operator: string | null };

/** Recognizes the answer that the execution `by` has given itself: it still runs, so nobody else believes it yet. */
export const isAnswerOf =
  (by: string, { answer, operator, reason, hosts }: Input) =>
  (decision: Decision): boolean =>
    decision.type === 'answer' &&
    decision.by === by &&
    decision.answer === answer &&
    decision.operator === operator &&
    decision.reason === reason &&
    contentHash(decision.hosts ?? null) === contentHash(hosts ?? null);

/**
 * Stores a person's answer behind the earlier decisions and in the rollback's history. Wakes the machine if the answer
 * settles the question.
 *
 * `by`: the execution that gives the answer; `asked` was read with isAnswerOf() as its own. A repeat by the same execution
 * returns its first answer. An answer to a question that is decided already is refused.
 */
export async function giveAnswer(
  deps: GiveAnswerDeps,
  asked: CheckedQuestion,
  input: Input,
  by: string,
): Promise<{ readonly asked: CheckedQuestion; readonly answer: GivenAnswer } | Refused> {
  const { history, wake, now } = deps;
  const at = new Date(now()).toISOString();
  let found: ReturnType<typeof checkAnswer> | undefined;
  const after = await decideNext(deps, asked, (one) => {
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
