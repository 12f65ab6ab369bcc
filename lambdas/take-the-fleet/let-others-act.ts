import { actFirst, actingOf, nextInQueue, type Waiter } from '../../domain/decision/fleet-queue.ts';
import { emptyChain, type Happened } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { Rollback } from '../middleware/payload.ts';
import { checkOpen } from '../operations/check-open.ts';
import { waiterOf, waitingFor, withHolder } from '../operations/fleet-waiter.ts';
import { asHolder, fleetTaken } from '../operations/take-free-fleet.ts';
import type { FleetLock } from '../stores/fleet-lock.ts';
import type { TakeResult, TakeTheFleetDeps } from './take-the-fleet.ts';
import { tryAgain } from './waiting.ts';

/** The phases that are left stay the same: only rollbacks of other phases act meanwhile. */
type Retaken = Omit<TakeResult, 'left'>;

/** `fence`: the fence with which the rollback holds the fleet, or held it before it let others act. */
type LetOthersActRequest = { readonly rollback: Rollback; readonly fence: number };

/**
 * Lets the rollbacks of other phases that wait for the fleet do their own parts, before this one judges whole hosts.
 * Returns the fence with which it holds the fleet afterwards; the same one if nobody waits.
 *
 * Throws FleetBusy while the others act, and a plain error once the deadline has passed or a person has released the fleet.
 * There is no cycle: this rollback waits for the others' own parts, and those wait for the lock alone
 * (docs/decisions/one-fleet-several-phases.md).
 */
export async function letOthersAct(deps: TakeTheFleetDeps, { rollback, fence }: LetOthersActRequest): Promise<Retaken> {
  const { locks, history, now } = deps;
  const { id, fleet } = rollback;
  const [{ holder, waiters }] = await Promise.all([locks.queue(fleet), checkOpen(deps, rollback)]);
  if (holder?.rollback !== id) return comeBack(deps, { rollback, fence });
  if (holder.fence !== fence) return retaken(deps, rollback, holder); // an earlier call took it again and died
  const others = actFirst(waiters, actingOf(rollback), now());
  // A record that cannot be read keeps no rollback from its steps: it goes on without letting others act.
  const record = others.length > 0 ? await history.events(id).then(recordOf, () => null) : null;
  if (record === null) return { fence, chain: emptyChain };
  await locks.wait(fleet, {
    ...waiterOf(rollback, record, { holder, waiters }),
    ...{ part: 'whole', touched: true, acted: holder.acted ?? [], incident: holder.incident ?? id },
  });
  const at = new Date(now()).toISOString();
  await history.append(id, fleetLent(fleet, fence, others, at));
  await locks.free(fleet, id, fence);
  return tryAgain(rollback, { holder: undefined, waiters }, { next: others[0], at, touched: halfWay });
}

const halfWay = 'its own steps are done, and its hosts have still to be checked';

/** Takes the fleet again once only `whole` parts wait for it. */
async function comeBack(deps: TakeTheFleetDeps, { rollback, fence }: LetOthersActRequest): Promise<Retaken> {
  const { locks, history, now } = deps;
  const { id, fleet } = rollback;
  const { holder, waiters } = await locks.queue(fleet);
  const stored = waiters.find((one) => one.rollback === id);
  if (!stored)
    throw new Error(
      `Rollback ${id} no longer holds fleet ${fleet}: ${holder ? `${holder.rollback} does` : 'a person released it'}. It had fence ${fence}; nothing was sent.`,
    );
  const mine = withHolder(stored, holder);
  if (mine.acted.length > stored.acted.length) await locks.noteActed(fleet, id, mine.acted);
  // A worse alarm may have joined after the record was read with which it began to wait. Without the record the next try looks.
  const severity = await history.events(id).then(
    (events) => recordOf(events).severity,
    () => null,
  );
  if (severity) await locks.raise(fleet, id, severity);
  const next = holder ? undefined : nextInQueue(waiters, now());
  const at = new Date(now()).toISOString();
  if (next?.rollback === id && at < rollback.deadline) {
    const lock = await locks.take(fleet, asHolder(mine), at);
    if (lock) return retaken(deps, rollback, lock);
  }
  // People are told of each holder that stops for an operator. If the event cannot be stored, the next try stores it.
  if (holder) await history.append(id, waitingFor(fleet, holder, mine, at)).catch(() => undefined);
  return tryAgain(rollback, { holder, waiters }, { next, at, touched: halfWay });
}

/** Records that the rollback holds the fleet again, and takes it out of the queue. A repeat does nothing. */
async function retaken(
  { locks, history, now }: TakeTheFleetDeps,
  rollback: Rollback,
  lock: FleetLock,
): Promise<Retaken> {
  const { id, fleet } = rollback;
  await locks.leave(fleet, id);
  const chain = await history.append(id, fleetTaken(fleet, lock, false, new Date(now()).toISOString()));
  return { fence: lock.fence, chain };
}

const fleetLent = (fleet: string, fence: number, others: readonly Waiter[], at: string): Happened => ({
  id: `fleet-lent/${fence}`,
  type: 'Fleet lent',
  at,
  detail: { fleet, fence, to: others.map(({ rollback, phase, severity }) => ({ rollback, phase, severity })) },
});
