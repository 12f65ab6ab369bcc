import { drillEndings } from '../../domain/drill/drill.ts';
import type { Ending } from '../../domain/ending.ts';
import { type Chain, endOf, type Happened } from '../../domain/history/event.ts';
import { questionsAsked } from '../../domain/history/question-record.ts';
import { type OfPhases, phasesOf } from '../../domain/phases.ts';
import type { Claims } from '../stores/claims.ts';
import type { Endings } from '../stores/endings.ts';
import type { History } from '../stores/history.ts';
import type { Questions } from '../stores/questions.ts';
import type { RowWindow } from '../stores/row-window.ts';
import { sealed } from '../stores/seal.ts';
import { type OweMessageDeps, oweMessage } from './owe-message.ts';

const planEndings = ['Planned', 'Not planned'] as const;
const otherEndings = [
  ...(['Rolled back', 'Rolled back, unverified', 'Needs a person'] as const),
  ...planEndings,
  ...drillEndings,
] as const;

/** The endings of rollbacks that touched no host and never took the fleet. */
export type IdleEnding = Exclude<Ending, (typeof otherEndings)[number]>;
export const isIdle = (ending: Ending): ending is IdleEnding => !otherEndings.some((one) => one === ending);

export type EndWithoutActingDeps = OweMessageDeps & {
  readonly history: History;
  readonly claims: Claims;
  readonly endings: Endings;
  readonly questions: Pick<Questions, 'forgetTokens'>;
  readonly rowWindow: Pick<RowWindow, 'withdraw'>;
  readonly now: () => number;
};

/**
 * Stores such an ending, writes it, seals the history, ends the row window that the rollback opened, stores which message of
 * it is owed, and closes the phase's claim if this rollback has it. Calling it twice is harmless.
 *
 * Nothing is left for a retry: with that window the phase's next rollback, weeks later, would take sound rows.
 */
export async function endWithoutActing(
  deps: EndWithoutActingDeps,
  { id, execution_arn, ...rollback }: OfPhases & { readonly id: string; readonly execution_arn: string },
  ending: IdleEnding,
  ...earlier: readonly Happened[]
): Promise<Chain> {
  const { history, claims, endings, questions, rowWindow, now } = deps;
  const { at } = await endings.reach(id, { ending, problem: null, at: new Date(now()).toISOString() });
  const detail = { ending, problem: null, fence: 0, fleet: 'never taken' };
  const closed: Happened = { id: 'rollback-closed', type: 'Rollback closed', at, detail };
  const events = await sealed(history, id, at, ...earlier, closed);
  await questions.forgetTokens(id, questionsAsked(events));
  for (const phase of phasesOf(rollback)) await rowWindow.withdraw(phase, id);
  await oweMessage(deps, { id, execution_arn, phase: rollback.phase, ending, problem: null, at });
  for (const phase of phasesOf(rollback)) await claims.releasePhase(phase, id);
  return endOf(events);
}
