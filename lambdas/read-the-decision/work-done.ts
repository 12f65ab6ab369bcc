import type { Happened, RollbackEvent } from '../../domain/history/event.ts';
import { shutDownWhileAsking } from '../../domain/history/hosts-shut-down.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import type { Alarms } from '../clients/alarms.ts';
import type { Rollback } from '../middleware/payload.ts';
import { doneByOthers, doneWhileAsking } from '../operations/done-by-others.ts';
import { type PutBackDeps, putBackRedeployed } from '../operations/put-back-redeployed.ts';
import { isQuietAfterTheClose, type QuietDeps, worstState } from '../operations/worst-state.ts';

export type WorkDoneDeps = PutBackDeps & {
  readonly alarms: Alarms;
  readonly environment: string;
};

/** `why`: which rollbacks did the work, without a full stop. `isSolved`: no alarm of this rollback is known to need anything more. */
export type WorkDone = { readonly why: string; readonly isSolved: boolean };

/**
 * Returns that others have done all the work of a rollback that asks whether to begin; null: something is left to do.
 *
 * `ill`: the few hosts about which it asks; absent: a person has answered for all of them. A repeat after the ending finds it solved, whatever the alarm is by then.
 */
export async function workDone(
  deps: WorkDoneDeps,
  rollback: Rollback,
  record: RollbackRecord,
  ill?: readonly Host[],
): Promise<WorkDone | null> {
  const scope = await putBackRedeployed(deps, rollback.id);
  const why = doneWhileAsking(rollback, scope, ill);
  if (why === null) return null;
  const isSolved = record.ending !== null || record.alarm === null || (await worstState(deps, record)) === 'OK';
  // While an alarm is red, a phase whose code alone went back has its own steps left to do.
  return isSolved || doneByOthers(rollback, scope) !== null ? { why, isSolved } : null;
}

/**
 * Returns that no answer could be carried out, because every host was shut down after the close and no alarm of the rollback needs
 * anything; null: it is otherwise. A fault that is still there at the pre-open turns its alarm red again, which opens another rollback.
 */
export async function nothingRuns(
  deps: QuietDeps,
  record: RollbackRecord,
  events: readonly RollbackEvent[],
): Promise<WorkDone | null> {
  const until = shutDownWhileAsking(events);
  if (until === undefined || record.alarm === null) return null;
  const ends = record.ending !== null || (Date.parse(until) > deps.now() && (await isQuietAfterTheClose(deps, record)));
  const why = `The market is closed until ${until}, and every host is shut down, so nothing could be rolled back before. If the fault is still there then, its alarm turns red again and another rollback starts`;
  return ends ? { why, isSolved: true } : null;
}

/** The event that a question has nothing left to ask about. No stored decision settled it. */
export const needless = (number: number, why: string, at: string): Happened => ({
  id: `question-settled/${number}`,
  type: 'Question settled',
  at,
  detail: { number, outcome: 'void', by: `nothing was left to decide: ${why.charAt(0).toLowerCase()}${why.slice(1)}` },
});
