import { FleetBusy, NotNeeded } from '../../domain/errors.ts';
import type { Chain } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import type { Alarms } from '../clients/alarms.ts';
import type { Rollback } from '../middleware/payload.ts';
import { type EndWithoutActingDeps, endWithoutActing } from '../operations/end-without-acting.ts';
import { worstState } from '../operations/worst-state.ts';
import type { FleetLock, FleetLocks } from '../stores/fleet-lock.ts';
import type { History } from '../stores/history.ts';

export type TakeRequest = {
  readonly rollback: Rollback;
  /** True from the second try on: the rollback may have waited. */
  readonly again: boolean;
};
export type TakeResult = { readonly fence: number; readonly chain: Chain };
export type TakeTheFleetDeps = EndWithoutActingDeps & {
  readonly locks: FleetLocks;
  readonly history: History;
  readonly alarms: Alarms;
  readonly environment: string;
};

/**
 * Takes the fleet for this rollback. A rollback that holds the fleet already gets the same fence.
 *
 * Throws FleetBusy while another rollback holds the fleet and the deadline has not passed, and a plain error
 * afterwards. Throws NotNeeded if the rollback had to wait and its alarms are green again: it has then ended as *Stood
 * down*.
 */
export async function takeTheFleet(deps: TakeTheFleetDeps, { rollback, again }: TakeRequest): Promise<TakeResult> {
  const { locks, history, now } = deps;
  const before = again ? await history.events(rollback.id) : [];
  if (before.some(({ type }) => type === 'Rollback closed')) throw new NotNeeded(`${rollback.id} has ended.`);
  const at = new Date(now()).toISOString();
  const by = { rollback: rollback.id, execution_arn: rollback.execution_arn, phase: rollback.phase };
  const lock = await locks.take(rollback.fleet, by, at);
  if (lock) {
    if (before.some(({ type }) => type === 'Waiting for the fleet'))
      await checkNeeded(deps, rollback, lock, recordOf(before));
    const detail = { fleet: rollback.fleet, fence: lock.fence };
    return {
      fence: lock.fence,
      chain: await history.append(rollback.id, { id: 'fleet-taken', type: 'Fleet taken', at, detail }),
    };
  }
  const holder = await locks.holder(rollback.fleet);
  if (!holder) throw new FleetBusy(`Fleet ${rollback.fleet} was freed a moment ago. Trying again.`);
  await history.append(rollback.id, waiting(rollback.fleet, holder, at));
  if (at < rollback.deadline)
    throw new FleetBusy(
      `${heldBy(rollback.fleet, holder)} This one tries again until ${rollback.deadline}, its limit; no host was touched.`,
    );
  throw new Error(
    `${heldBy(rollback.fleet, holder)} It was not freed by ${rollback.deadline}, this rollback's limit; no host was touched.`,
  );
}

/**
 * Ends the rollback as *Stood down* if its alarms are green again: phases share hosts and one git tree, so the rollback
 * that held the fleet may have solved the problem. A rollback that a person started continues.
 */
async function checkNeeded(
  deps: TakeTheFleetDeps,
  rollback: Rollback,
  { fence }: FleetLock,
  record: RollbackRecord,
): Promise<void> {
  if (record.alarm === null) return;
  const state = await worstState(deps, record);
  if (state === 'unreadable') throw new Error('CloudWatch could not be read: the state of the alarms is unknown.');
  if (state !== 'OK') return;
  await deps.locks.free(rollback.fleet, rollback.id, fence);
  const at = new Date(deps.now()).toISOString();
  const why = 'It had to wait for the fleet, and its alarms are green again.';
  const detail = { number: record.questions.length + 2, decision: 'Stood down', why: [why] };
  await endWithoutActing(deps, rollback, 'Stood down', { id: 'not-needed', type: 'Decided', at, detail });
  throw new NotNeeded(`${rollback.id}: ${why}`);
}

const waiting = (fleet: string, holder: FleetLock, at: string) => ({
  id: `waiting-for-the-fleet/${holder.rollback}/${holder.fence}`, // once per holder, not once per try
  type: 'Waiting for the fleet' as const,
  at,
  detail: { fleet, holder: holder.rollback, holder_phase: holder.phase, held_since: holder.taken_at },
});

const heldBy = (fleet: string, { rollback, phase, taken_at }: FleetLock) =>
  `Fleet ${fleet} is held by rollback ${rollback} of phase ${phase} since ${taken_at}.`;
