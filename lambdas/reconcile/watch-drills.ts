import { drillState } from '../../domain/drill/due-drills.ts';
import { withCause } from '../../domain/reconcile/execution-end.ts';
import type { ExecutionStatus, SeeExecutionEnd } from '../clients/execution-status.ts';
import type { Wake } from '../clients/wake-machine.ts';
import { type DrillResult, type EndDrillDeps, endDrill } from '../operations/end-drill.ts';
import { endPlan } from '../operations/end-plan.ts';
import { type RealRollbackDeps, realRollback } from '../operations/real-rollback.ts';
import type { Drills, OpenDrill } from '../stores/drills.ts';

export type WatchDrillsDeps = EndDrillDeps &
  RealRollbackDeps & {
    readonly drills: Drills;
    readonly statusOf: ExecutionStatus;
    readonly fleet: string;
    readonly wake: Wake;
    /** Whether the environment schedules drills. */
    readonly scheduled: boolean;
    /** Sends the message about a drill's ending. */
    readonly tell: (drill: OpenDrill, ended: Pick<DrillResult, 'ending' | 'problem'>) => Promise<unknown>;
    readonly seeExecutionEnd: SeeExecutionEnd;
    /** Count for the alarms on drills, every minute while something is wrong. */
    readonly count: Readonly<Record<'failed' | 'slow' | 'overdue', () => Promise<void>>>;
  };

/** Ends drills and plans whose execution ended without an ending, has drills that wait for people yield to a real rollback, and keeps the alarms on failed, slow and overdue drills red. */
export async function watchDrills(deps: WatchDrillsDeps): Promise<void> {
  const { drills, phases, scheduled, count, now } = deps;
  const { held, open, since } = await drills.all();
  for (const one of open) await endIfStopped(deps, one);
  const waiting = open.filter(({ mode }) => mode === 'simulate');
  if (waiting.length > 0 && (await realRollback(deps, deps.fleet)))
    // A drill that waits for an answer looks at the hosts only afterwards; every drill has at most one question.
    for (const { rollback } of waiting) await deps.wake({ rollback, number: 1 }).catch(() => {});
  if (scheduled && since === undefined) await drills.dueSince(new Date(now()).toISOString());
  const state = drillState(held, { phases, since: scheduled ? since : undefined, now: now() });
  for (const what of ['failed', 'slow', 'overdue'] as const) if (state[what].length > 0) await count[what]();
}

async function endIfStopped(deps: WatchDrillsDeps, drill: OpenDrill): Promise<void> {
  const { rollback, execution_arn, mode } = drill;
  const [opening] = await deps.history.events(rollback);
  const status = await deps.statusOf(execution_arn, opening?.at);
  if (status === 'RUNNING') return;
  const what = mode === 'plan' ? 'plan' : 'drill';
  const said = withCause(
    `The execution of the ${what} ended ${status} before the ${what} had an ending`,
    await deps.seeExecutionEnd(execution_arn),
  );
  if (mode === 'plan') {
    await endPlan(deps, { id: rollback, execution_arn }, { problem: said }); // whoever asked for it sees its execution
    return;
  }
  // Nothing was judged if somebody stopped it, so it has not failed.
  const { ending, problem } = await endDrill(
    deps,
    { id: rollback },
    { ending: status === 'ABORTED' ? 'Drill stopped' : 'Drill failed', problem: said },
  );
  if (opening === undefined) await deps.drills.close(rollback);
  await deps.tell(drill, { ending, problem }); // sends nothing if the execution has told its ending
}
