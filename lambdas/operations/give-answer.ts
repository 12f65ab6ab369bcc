import { contentHash } from '../../domain/content-hash.ts';
import type { Happened } from '../../domain/history/event.ts';
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

/** `asked`: the question with the answer among its decisions. `event`: what the rollback's history says of it. */
type StoredAnswer = { readonly asked: CheckedQuestion; readonly answer: GivenAnswer; readonly event: Happened };

/**
 * Stores a person's answer behind the earlier decisions, and nowhere else.
 *
 * `by`: the execution that gives the answer; `asked` was read with isAnswerOf() as its own. A repeat by the same execution
 * returns its first answer. An answer to a question that is decided already is refused.
 */
export async function storeAnswer(
  deps: CheckedQuestionDeps,
  asked: CheckedQuestion,
  input: Input,
  by: string,
): Promise<StoredAnswer | (Refused & Pick<StoredAnswer, 'asked'>)> {
  const at = new Date(deps.now()).toISOString();
  let found: ReturnType<typeof checkAnswer> | undefined;
  const after = await decideNext(deps, asked, (one) => {
    found = checkAnswer(one, input, { by, at });
    return 'type' in found ? found : undefined;
  });
  if (!found || 'refused' in found) return { refused: 'Nothing was asked.', ...found, asked: after };
  const answer = 'already' in found ? found.already : found;
  const { type: _, ...given } = answer;
  const detail = { number: asked.question.number, ...given };
  return { asked: after, answer, event: { id: `answer-given/${by}`, type: 'Answer given', at: answer.at, detail } };
}

/** As storeAnswer. Writes the answer into the rollback's history too, and wakes the machine if it settles the question. */
export async function giveAnswer(
  deps: GiveAnswerDeps,
  asked: CheckedQuestion,
  input: Input,
  by: string,
): Promise<Pick<StoredAnswer, 'asked' | 'answer'> | Refused> {
  const { history, wake, now } = deps;
  const stored = await storeAnswer(deps, asked, input, by);
  if ('refused' in stored) return stored;
  const { decisions, question } = stored.asked;
  await appendSealed(history, question.rollback, new Date(now()).toISOString(), stored.event);
  // A stored answer counts even if the machine cannot be woken: Reconcile wakes it later.
  if (resolve(decisions, question, now()).state === 'decided') await wake(asked.question).catch(() => {});
  return stored;
}
