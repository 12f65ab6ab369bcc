import type { Chain, Happened } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { decisionSentence } from '../../domain/question/answer-rules.ts';
import { type Resolution, resolve } from '../../domain/question/resolution.ts';
import type { CheckedQuestion } from '../operations/checked-question.ts';
import type { DecideRollbackDeps } from '../operations/decide-rollback.ts';

/** The event that a question was decided. */
export const settled = (known: CheckedQuestion, resolution: Extract<Resolution, { state: 'decided' }>): Happened => ({
  id: `question-settled/${known.question.number}`,
  type: 'Question settled',
  at: resolution.at,
  detail: {
    number: known.question.number,
    outcome: resolution.outcome,
    by: decisionSentence(known, resolution),
    decided_by: known.proofs.slice(0, known.decisions.indexOf(resolution.by) + 1),
  },
});

/**
 * Settles the question of a drill, which goes on whatever was answered. Returns the chain; undefined if the rollback is no drill.
 *
 * A question that is not decided was cut short, because a real rollback began.
 */
export async function settleInDrill(
  { history, questions, now }: Pick<DecideRollbackDeps, 'history' | 'questions' | 'now'>,
  rollback: string,
  known: CheckedQuestion,
): Promise<Chain | undefined> {
  if (recordOf(await history.events(rollback)).mode !== 'simulate') return undefined;
  const { number } = known.question;
  const resolution = resolve(known.decisions, known.question, now());
  const by = 'the drill went on before anybody had answered, because a real rollback began';
  const at = new Date(now()).toISOString();
  const chain = await history.append(
    rollback,
    resolution.state === 'decided'
      ? settled(known, resolution)
      : { id: `question-settled/${number}`, type: 'Question settled', at, detail: { number, outcome: 'void', by } },
  );
  await questions.forgetTokens(rollback, number);
  return chain;
}
