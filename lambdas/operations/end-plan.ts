import type { Ending } from '../../domain/ending.ts';
import { type Chain, emptyChain, endOf, type Happened } from '../../domain/history/event.ts';
import type { PlanReport } from '../../domain/plan/plan-report.ts';
import type { Drills } from '../stores/drills.ts';
import type { Endings } from '../stores/endings.ts';
import type { History } from '../stores/history.ts';
import { sealed } from '../stores/seal.ts';

export type EndPlanDeps = {
  readonly history: History;
  readonly endings: Endings;
  readonly drills: Pick<Drills, 'close'>;
  readonly now: () => number;
};

/** A plan that was made, or why it could not be made. */
export type PlanOutcome = { readonly report: PlanReport } | { readonly problem: string };

export type EndedPlan = { readonly ending: Ending; readonly problem: string | null; readonly chain: Chain };

/**
 * Stores how a plan ended, writes that and seals the history. The first ending that is stored stays, so a plan whose execution was
 * stopped is not made afterwards. A repeat changes nothing.
 *
 * A plan that was refused before its opening has no record, so there is nothing to end.
 */
export async function endPlan(
  { history, endings, drills, now }: EndPlanDeps,
  { id, execution_arn }: { readonly id: string; readonly execution_arn: string },
  made: PlanOutcome,
): Promise<EndedPlan> {
  const [opening] = await history.events(id);
  if (!opening) {
    await drills.close(id);
    return { ending: 'Not planned', problem: 'problem' in made ? made.problem : null, chain: emptyChain };
  }
  const owner = opening.detail['execution_arn'];
  if (owner !== execution_arn)
    throw new Error(`${id} is the rollback of ${String(owner)}; execution ${execution_arn} has no plan to end.`);
  const asked =
    'report' in made
      ? ({ ending: 'Planned', problem: null } as const)
      : ({ ending: 'Not planned', problem: made.problem } as const);
  const { ending, problem, at } = await endings.reach(id, { ...asked, at: new Date(now()).toISOString() });
  const isMade = 'report' in made && ending === 'Planned';
  const events = await sealed(history, id, at, ...(isMade ? [planned(at, made.report)] : []), {
    id: 'rollback-closed',
    type: 'Rollback closed',
    at,
    detail: { ending, problem, fence: 0, fleet: 'never taken' },
  });
  await drills.close(id);
  return { ending, problem, chain: endOf(events) };
}

const planned = (at: string, detail: PlanReport): Happened => ({ id: 'planned', type: 'Planned', at, detail });
