import { isCutShort } from '../../domain/question/hand-over.ts';
import type { Question } from '../../domain/question/question.ts';
import { resolve } from '../../domain/question/resolution.ts';
import type { Wake } from '../clients/wake-machine.ts';
import { type CheckedQuestionDeps, decideNext, readQuestion } from './checked-question.ts';

export type CutShortDeps = CheckedQuestionDeps & { readonly wake: Wake };

/**
 * Cuts a hand-over short, because a CRITICAL rollback waits for the fleet, or a CRITICAL alarm joined (`by`: the execution): its
 * machine asks again, with five minutes to answer. An answer that was given before stays. Calling it again does nothing.
 */
export async function cutShort(deps: CutShortDeps, question: Question, by: string): Promise<void> {
  const { now, wake } = deps;
  const asked = await readQuestion(deps, question, { looks: 'once' });
  // An answer of which it is not known yet whether it counts is first: the next run sees more.
  if (!asked || asked.unknown.length > 0 || !isCutShort(asked.question, now())) return;
  let written = false;
  await decideNext(deps, asked, (one) => {
    written = resolve(one.decisions, one.question, now()).state === 'open';
    return written ? { type: 'critical waits', by, at: new Date(now()).toISOString() } : undefined;
  });
  if (written) await wake(asked.question);
}
