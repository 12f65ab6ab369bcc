import { nextInQueue } from '../../domain/decision/fleet-queue.ts';
import { NotNeeded } from '../../domain/errors.ts';
import type { Chain, RollbackEvent } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { phasesOf } from '../../domain/phases.ts';
import type { Rollback } from '../middleware/payload.ts';
import { rollbackOver } from '../operations/check-open.ts';
import { doneOnline, isDone } from '../operations/done-by-others.ts';
import { type EndWithoutActingDeps, endWithoutActing } from '../operations/end-without-acting.ts';
import { waiterOf, waitingFor } from '../operations/fleet-waiter.ts';
import { asHolder, fleetTaken, takeFreeFleet } from '../operations/take-free-fleet.ts';
import { worstState } from '../operations/worst-state.ts';
import type { FleetLock, FleetLocks, FleetQueue } from '../stores/fleet-lock.ts';
import type { History } from '../stores/history.ts';
import { checkWorkLeft, type WorkLeftDeps } from './check-work-left.ts';
import { hostsAlreadyDone, phasesAlreadyDone, tryAgain } from './waiting.ts';

export type TakeRequest = {
  readonly rollback: Rollback;
  /** True from the second try on: the rollback may have waited. */
  readonly again: boolean;
};
export type TakeResult = {
  readonly fence: number;
  /** The phases that are left to roll back: others may have rolled some back while this rollback waited. */
  readonly left: readonly number[];
  readonly chain: Chain;
};
export type TakeTheFleetDeps = EndWithoutActingDeps &
  WorkLeftDeps & { readonly locks: FleetLocks; readonly history: History };

/**
 * Takes the fleet for this rollback. A rollback that holds the fleet already gets the same fence.
 *
 * Throws FleetBusy while another rollback holds the fleet or comes first in the queue, and a plain error once the deadline
 * has passed. Throws NotNeeded if the rollback waits and its alarms are green again: it has then ended as *Stood down*.
 * Throws RollbackOver if the rollback has ended otherwise: its execution was redriven.
 */
export async function takeTheFleet(deps: TakeTheFleetDeps, { rollback, again }: TakeRequest): Promise<TakeResult> {
  const { locks, endings, history } = deps;
  const [ended, queue] = await Promise.all([endings.read(rollback.id), locks.queue(rollback.fleet)]);
  if (ended?.ending === 'Stood down') return standDownAgain(deps, rollback);
  if (ended) throw rollbackOver(rollback, ended);
  const before = again ? await history.events(rollback.id) : [];
  if (queue.holder?.rollback === rollback.id) return leaveAndAct(deps, rollback, queue.holder);
  // Another rollback may have ended since the opening: while this one asked a question, it stood in no queue.
  if (!queue.holder && queue.waiters.length === 0) await endIfDone(deps, rollback);
  const lock = await takeFreeFleet(deps, rollback, queue);
  if (lock) return leaveAndAct(deps, rollback, lock);
  return wait(deps, rollback, queue, before);
}

const isoOf = (at: number) => new Date(at).toISOString();

/** Joins the queue, or stays in it, and takes the fleet if this rollback is the next. */
async function wait(
  deps: TakeTheFleetDeps,
  rollback: Rollback,
  queue: FleetQueue,
  before: readonly RollbackEvent[],
): Promise<TakeResult> {
  const { locks, history, now } = deps;
  const { fleet } = rollback;
  const record = recordOf(before.length > 0 ? before : await history.events(rollback.id));
  const mine = waiterOf(rollback, record, queue);
  const hasWaited = queue.waiters.some((one) => one.rollback === rollback.id) || before.some(isWait);
  const alarms = hasWaited && record.alarm !== null ? await worstState(deps, record) : 'ALARM';
  // Phases share hosts and one git tree, so another rollback may have solved the problem.
  if (alarms === 'OK') return standDown(deps, rollback, record, recovered);
  // Stored before the queue is judged: of two that come at once, the worse one is then seen by the other.
  await locks.wait(fleet, mine);
  const seen = await locks.queue(fleet);
  const waiters = [...seen.waiters.filter((one) => one.rollback !== rollback.id), mine];
  const next = seen.holder ? undefined : nextInQueue(waiters, now());
  const at = isoOf(now());
  if (next?.rollback === rollback.id) {
    if (alarms === 'unreadable')
      throw new Error('CloudWatch could not be read: the state of the alarms is unknown, and no host was touched.');
    await endIfDone(deps, rollback, record);
    const lock = await locks.take(fleet, asHolder(mine), at);
    if (lock) return leaveAndAct(deps, rollback, lock);
  }
  if (seen.holder) await history.append(rollback.id, waitingFor(fleet, seen.holder, mine, at));
  return tryAgain(rollback, { ...seen, waiters }, { next, at, touched: 'no host was touched' });
}

/** Records that the rollback holds the fleet. A repeat does nothing. */
async function taken({ history, now }: TakeTheFleetDeps, rollback: Rollback, lock: FleetLock): Promise<TakeResult> {
  const chain = await history.append(rollback.id, fleetTaken(rollback.fleet, lock, true, isoOf(now())));
  return { fence: lock.fence, left: phasesOf(rollback), chain };
}

async function leaveAndAct(deps: TakeTheFleetDeps, rollback: Rollback, lock: FleetLock): Promise<TakeResult> {
  const { hosts = [], done_before = [], parts = [] } = (await deps.scopes.read(rollback.id)) ?? {};
  await deps.locks.leave(rollback.fleet, rollback.id);
  const result = await taken(deps, rollback, lock);
  const done = parts.filter((part) => isDone({ hosts }, part));
  const at = isoOf(deps.now());
  const happened = [
    ...(done_before.length > 0 ? [hostsAlreadyDone(done_before, at)] : []),
    ...(done.length > 0 ? [phasesAlreadyDone(done, at)] : []),
  ];
  if (happened.length === 0) return result;
  const left = result.left.filter((phase) => !done.some((part) => part.phase === phase));
  return { ...result, left, chain: await deps.history.append(rollback.id, ...happened) };
}

/** Ends the rollback if others have done its work while it waited. Throws also if it can act on no host (checkWorkLeft). */
async function endIfDone(deps: TakeTheFleetDeps, rollback: Rollback, known?: RollbackRecord): Promise<void> {
  const nothing = await checkWorkLeft(deps, rollback, known);
  if (nothing) await standDown(deps, rollback, nothing.record, nothing.why);
}

const recovered = 'It had to wait for the fleet, and its alarms are green again.';

/**
 * Ends a rollback that waits as *Stood down*: another rollback has done its work, or solved its problem.
 *
 * It leaves the queue last. Its place there shows a call that runs again that this rollback has waited, and must look at its
 * alarms before it takes a fleet that is free by then.
 */
async function standDown(
  deps: TakeTheFleetDeps,
  rollback: Rollback,
  { questions }: RollbackRecord,
  why: string,
): Promise<never> {
  const detail = { number: questions.length + 2, decision: 'Stood down', why: [why] };
  const decided = { id: 'not-needed', type: 'Decided', at: isoOf(deps.now()), detail } as const;
  await endWithoutActing(deps, rollback, 'Stood down', decided);
  await deps.locks.leave(rollback.fleet, rollback.id);
  throw new NotNeeded(`${rollback.id}: ${why}`);
}

/** Completes what an earlier call began before it died: the ending is stored, and perhaps nothing after it. */
async function standDownAgain(deps: TakeTheFleetDeps, rollback: Rollback): Promise<never> {
  const [events, scope] = await Promise.all([deps.history.events(rollback.id), deps.scopes.read(rollback.id)]);
  const done = doneOnline(rollback, scope);
  return standDown(deps, rollback, recordOf(events), done === null ? recovered : `${done.why}.`);
}

const isWait = ({ type }: RollbackEvent) => type === 'Waiting for the fleet';
