import { type DrillEnding, drillEndings, isSlow } from '../../domain/drill/drill.ts';
import { type Chain, endOf, type Happened } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import type { PlanReport } from '../../domain/plan/plan-report.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { Drills } from '../stores/drills.ts';
import type { Endings } from '../stores/endings.ts';
import type { History } from '../stores/history.ts';
import { sealed } from '../stores/seal.ts';

export type EndDrillDeps = {
  readonly history: History;
  readonly endings: Endings;
  readonly drills: Pick<Drills, 'keep' | 'close'>;
  readonly now: () => number;
};

export type DrillResult = { readonly ending: DrillEnding; readonly problem: string | null; readonly chain: Chain };

export type DrillOutcome = {
  readonly ending: DrillEnding;
  readonly problem: string | null;
  /** Absent: the hosts were not asked to the end. */
  readonly report?: PlanReport;
  /** The hash of the documents that the hosts ran. Absent: they did not run all of them. */
  readonly documents?: string;
  /** The hash of the runbook. Absent: the hosts were not asked to the end. */
  readonly runbook?: string;
};

/**
 * Stores how a drill ended, writes and seals that, and keeps the result. The first ending that is stored stays; a repeat changes
 * nothing.
 */
export async function endDrill(
  { history, endings, drills, now }: EndDrillDeps,
  { id }: { readonly id: string },
  { report, documents = '', runbook, ...outcome }: DrillOutcome,
): Promise<DrillResult> {
  const before = await history.events(id);
  if (before.length === 0) return { ...outcome, chain: endOf(before) }; // it was never opened, so there is nothing to end
  const reached = await endings.reach(id, { ...outcome, at: new Date(now()).toISOString() });
  const { at, problem } = reached;
  const ending = drillEndings.find((one) => one === reached.ending);
  if (!ending) {
    // Its question could not be asked, so the machine closed it as a rollback that needs a person.
    await drills.close(id);
    return { ending: 'Drill failed', problem, chain: endOf(before) };
  }
  const record = recordOf(before);
  const slow = report !== undefined && isSlow(report);
  const events = await sealed(
    history,
    id,
    at,
    ...(report ? [planned(at, report)] : []),
    { id: 'drill-held', type: 'Drill held', at, detail: { ending, problem, slow, documents } },
    {
      id: 'rollback-closed',
      type: 'Rollback closed',
      at,
      detail: { ending, problem, fence: 0, fleet: 'never taken' },
    },
  );
  // A passed drill that is ended again without its report was kept with it.
  if (ending === 'Drill failed' || (ending === 'Drill passed' && report))
    await drills.keep({
      ...{ ...pairOf(record), rollback: id, at, ending, slow, documents, problem },
      ...(runbook === undefined ? {} : { runbook }),
    });
  await drills.close(id);
  return { ending, problem, chain: endOf(events) };
}

const planned = (at: string, detail: PlanReport): Happened => ({ id: 'planned', type: 'Planned', at, detail });
const pairOf = ({ phase, trigger }: RollbackRecord) => ({ phase, trigger: trigger as Trigger | 'manual' });
