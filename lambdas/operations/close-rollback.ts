import { openReviewOf } from '../../domain/afterwards/review.ts';
import { type UndoneVersion, undoneVersions } from '../../domain/brakes/undone-versions.ts';
import type { Ending } from '../../domain/ending.ts';
import { ClosingUnfinished } from '../../domain/errors.ts';
import { type Chain, endOf, type RollbackEvent } from '../../domain/history/event.ts';
import { shutDownWhileAsking } from '../../domain/history/hosts-shut-down.ts';
import { phasesBegun } from '../../domain/history/phases-left.ts';
import { questionsAsked } from '../../domain/history/question-record.ts';
import { recordOf } from '../../domain/history/record.ts';
import { recordedEnding } from '../../domain/history/recorded-ending.ts';
import { phasesOf } from '../../domain/phases.ts';
import type { Claims } from '../stores/claims.ts';
import type { Endings, ReachedEnding } from '../stores/endings.ts';
import type { FleetLocks, FleetQueue } from '../stores/fleet-lock.ts';
import { NeverOpened } from '../stores/history.ts';
import type { Questions } from '../stores/questions.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';
import type { Reviews } from '../stores/reviews.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import type { RowWindow } from '../stores/row-window.ts';
import type { Unreached } from '../stores/unreached-hosts.ts';
import { type BlockUndoneDeps, blockUndone } from './block-undone.ts';
import { rollbackOver } from './check-open.ts';
import { finishHalf } from './finish-half.ts';
import { giveAlarmsBack, releaseAlarms } from './give-alarms-back.ts';
import { type LimitMissedDeps, reportIfLimitMissed } from './limit-missed.ts';
import { type LeftFleet, othersOf } from './others-of-fleet.ts';
import { oweLeftOutHosts, updateUnreachedHosts } from './owe-after-closing.ts';
import { oweMessage } from './owe-message.ts';
import { offUntil, type ShutDownDeps, withShutdown } from './shut-down.ts';
import { spareDoneHosts, tellUndone } from './spare-others.ts';
import { type EndedRollback, type WriteEndingDeps, writeEnding } from './write-ending.ts';

export type CloseRequest = EndedRollback & {
  readonly rollback: {
    readonly id: string;
    readonly execution_arn: string;
    readonly phase: number;
    /** The phases of a rollback of several. Absent: `phase` alone. */
    readonly phases?: readonly number[] | undefined;
    readonly fleet: string;
  };
  /** An outage kept the rollback from being opened, so its alarms are left to Reconcile. */
  readonly reopens?: boolean | undefined;
};
export type CloseResult = {
  readonly rollback_id: string;
  readonly ending: Ending;
  readonly problem: string | null;
  readonly fleet: 'free' | 'held';
  readonly chain: Chain;
};
export type CloseRollbackDeps = LimitMissedDeps &
  WriteEndingDeps &
  BlockUndoneDeps &
  ShutDownDeps & {
    readonly recentRollbacks: RecentRollbacks;
    readonly locks: FleetLocks;
    readonly endings: Endings;
    readonly claims: Claims;
    readonly rowWindow: RowWindow;
    readonly unreached: Unreached;
    readonly reviews: Reviews;
    readonly questions: Pick<Questions, 'forgetTokens'>;
    readonly now: () => number;
  };

/**
 * Ends a rollback: stores its ending, frees the fleet if that is safe, records the ending and seals the history. Calling it
 * twice is harmless.
 *
 * A good ending frees the fleet. *Needs a person* keeps it once a command may have reached a host: no other rollback
 * may act on half-changed hosts before a person has looked.
 *
 * The ending that was stored first counts, whatever a later call asks for: work that is done stays done. The history's comes
 * before that of the state table, because people were told of it. Throws RollbackOver if the rollback ended *Needs a person*
 * and a redriven execution now reports success.
 *
 * A part that fails stops no other part. After a good ending ClosingUnfinished is then thrown, and the state machine
 * retries. *Needs a person* returns, because a person must be paged now. The phase's claim stays, so Reconcile repeats the
 * closing every minute.
 */
export async function closeRollback(deps: CloseRollbackDeps, request: CloseRequest): Promise<CloseResult> {
  const { rollback } = request;
  const read = deps.history.events(rollback.id); // once: each part that needs the history gets its error too
  await checkOwn(deps, rollback, read);
  const { ending, problem, at, isStored } = await reachedEnding(deps, request, read);
  const failed: Error[] = [];
  const part = <T>(work: Promise<T>, otherwise: T): Promise<T> =>
    work.catch((error) => {
      failed.push(error);
      return otherwise;
    });
  const scope = isGood(ending) ? await part(deps.scopes.read(rollback.id), undefined) : undefined;
  const left = await part(letGo(deps, rollback, ending, scope), undefined);
  const fleet = left ?? { fleet: request.fence === 0 ? ('free' as const) : ('held' as const) };
  if (scope) await part(tellUndone(deps, rollback, scope, await read.catch(() => [])), undefined);
  const owing = isGood(ending)
    ? updateUnreachedHosts(deps, rollback, { scope, since: at, read })
    : oweLeftOutHosts(deps, rollback, { since: at, read });
  await part(owing, undefined);
  const touched =
    isGood(ending) || left?.fleet === 'held' || (await hasBegun(read)) || (left?.fleet === 'free' ? false : null);
  const begun = isGood(ending) ? phasesOf(rollback) : await begunPhases(rollback, touched, read);
  const undone = await part(undoneBy(deps, rollback, { scope, begun, read }), null);
  await part(blockUndone(deps, { rollback, ending, at }, undone ?? []), undefined);
  await part(recordEndTime(deps, rollback, { at, begun: begun ?? phasesOf(rollback), read }), undefined);
  const off_until = isGood(ending) ? undefined : await offUntilNow(deps, rollback, { problem, at, read });
  const written = writeEnding(
    deps,
    { ...request, ending, problem },
    { left: fleet, at, scope, read, undone, off_until },
  );
  const events = await (isStored ? part(written, []) : written);
  if (failed.length === 0) await part(giveUpClaims(deps, { ...request, ending, problem }, { events, at }), undefined);
  const unopened = failed.find((error) => error instanceof NeverOpened);
  if (unopened) throw unopened;
  if (failed.length > 0 && isGood(ending))
    throw new ClosingUnfinished(
      `Rollback ${rollback.id} ended "${ending}", but not all of that could be written. Reconcile repeats it every minute. ${failed.map(({ message }) => message).join(' ')}`,
      { cause: failed[0] },
    );
  return { rollback_id: rollback.id, ending, problem, fleet: fleet.fleet, chain: endOf(events) };
}

/** Returns the pre-open until which nobody is called about a rollback that stopped, with what Reconcile saw while it asked. */
const offUntilNow = (
  deps: ShutDownDeps,
  rollback: CloseRequest['rollback'],
  { read, ...of }: { readonly problem: string | null; readonly at: string; readonly read: ReadHistory },
) => read.then(shutDownWhileAsking, () => undefined).then((noted) => offUntil(deps, rollback, { ...of, noted }));

const isGood = (ending: Ending) => ending === 'Rolled back' || ending === 'Rolled back, unverified';

/**
 * Stores the ending, or returns the one that is recorded or stored already. If the state table takes nothing, *Needs a person*
 * is written to the history alone; a good ending is retried.
 */
async function reachedEnding(
  deps: CloseRollbackDeps,
  { rollback, ending, ...request }: CloseRequest,
  read: ReadHistory,
): Promise<ReachedEnding & { readonly isStored: boolean }> {
  const recorded = recordedEnding(await read.catch(() => []));
  const at = new Date(deps.now()).toISOString();
  const off = await offUntilNow(deps, rollback, { problem: request.problem, at, read });
  const problem = off && request.problem !== null ? withShutdown(request.problem, off) : request.problem;
  const asked = recorded ?? { ending, problem, at };
  const stored = await deps.endings.reach(rollback.id, asked).catch((error) => {
    if (isGood(ending)) throw error;
  });
  const reached = recorded ?? stored;
  if (reached && isGood(ending) && !isGood(reached.ending)) throw rollbackOver(rollback, reached);
  return { ...(reached ?? asked), isStored: stored !== undefined };
}

/** Frees the fleet if that is safe; returns whether it is free. */
async function letGo(
  deps: CloseRollbackDeps,
  rollback: CloseRequest['rollback'],
  ending: Ending,
  scope: RollbackScope | undefined,
): Promise<LeftFleet> {
  const queue = await deps.locks.queue(rollback.fleet);
  if (scope) await spareDoneHosts(deps, rollback, scope, queue); // before another rollback can take the fleet
  const keeps = await leaveFleet(deps.locks, rollback, ending, queue);
  if (scope) await finishHalf(deps.locks, rollback, queue, scope);
  return { fleet: keeps ? 'held' : 'free', ...othersOf(queue, rollback, keeps) };
}

/** Whether a command of a rollback may have reached a host, by its history: a person may have released its fleet meanwhile. */
const hasBegun = (read: ReadHistory): Promise<boolean> => read.then(begins, () => false);

const begins = (events: readonly RollbackEvent[]) =>
  events.some(({ type }) => type === 'Flags overridden' || type === 'Step started');

/**
 * Returns the phases that a rollback which stopped has begun to undo; null: it is not known, and a repeat knows it. Several
 * phases need the history: the lock does not tell which of them was begun.
 */
const begunPhases = (rollback: CloseRequest['rollback'], touched: boolean | null, read: ReadHistory) =>
  touched === null
    ? null
    : read.then(
        (events) => phasesBegun(rollback, events, touched),
        () => (touched && rollback.phases ? null : phasesBegun(rollback, [], touched)),
      );

/**
 * Returns the versions that a rollback undid in the phases that it began, as an earlier closing has recorded them; null: it is not
 * known which phases it began, and a repeat knows it. `scope`: absent, it is read.
 */
async function undoneBy(
  { scopes }: CloseRollbackDeps,
  rollback: CloseRequest['rollback'],
  of: {
    readonly scope: RollbackScope | undefined;
    readonly begun: readonly number[] | null;
    readonly read: ReadHistory;
  },
): Promise<readonly UndoneVersion[] | null> {
  const { begun } = of;
  const closed = (await of.read.catch(() => [])).find(({ type }) => type === 'Rollback closed');
  const recorded = (closed?.detail['undone'] ?? null) as readonly UndoneVersion[] | null;
  if (recorded || begun === null) return recorded;
  const scope = begun.length > 0 ? (of.scope ?? (await scopes.read(rollback.id))) : undefined;
  return scope ? undoneVersions(rollback, scope).filter(({ phase }) => begun.includes(phase)) : [];
}

const isNarrowed = (events: readonly RollbackEvent[]) => events.some(({ type }) => type === 'Narrowed to ill hosts');

/**
 * Gives up what only a live rollback has. The phase's claim comes last: while it stays, Reconcile repeats the closing.
 *
 * A rollback of a few ill hosts that stopped before it began keeps its alarms: a person was paged. Another rollback a minute later
 * would stop for the same reason and page again, every minute.
 */
async function giveUpClaims(
  deps: CloseRollbackDeps,
  { rollback, reopens, ending, problem }: CloseRequest,
  { events, at }: { readonly events: readonly RollbackEvent[]; readonly at: string },
): Promise<void> {
  if (reopens) await giveAlarmsBack(deps, rollback);
  else if (isNarrowed(events) && (isGood(ending) || begins(events))) await releaseAlarms(deps, rollback);
  await openReview(deps, events);
  await deps.questions.forgetTokens(rollback.id, questionsAsked(events));
  const { id, execution_arn, phase } = rollback;
  await oweMessage(deps, { id, execution_arn, phase, ending, problem, at });
  for (const phase of phasesOf(rollback)) await deps.claims.releasePhase(phase, id);
}

/**
 * Frees the fleet, or leaves the queue, if that is safe; returns whether the fleet is kept for a person.
 *
 * A rollback that let others act has touched hosts without holding the fleet. It stays in the queue for a person: nobody
 * else takes the fleet after the present holder, and Reconcile takes it for this rollback.
 */
async function leaveFleet(
  locks: FleetLocks,
  { id, fleet }: CloseRequest['rollback'],
  ending: Ending,
  { holder, waiters }: FleetQueue,
): Promise<boolean> {
  const waits = waiters.find(({ rollback }) => rollback === id);
  const isHolder = holder?.rollback === id;
  const keeps = ending === 'Needs a person' && (isHolder ? holder.touched : waits?.touched === true);
  if (waits && keeps && !isHolder) await locks.wait(fleet, { ...waits, part: 'person' });
  else if (waits) await locks.leave(fleet, id);
  if (isHolder && !keeps) await locks.free(fleet, id, holder.fence);
  return keeps;
}

/**
 * Stores when the rollback ended, for the phase's cool-down, and reports a missed limit. A repeat stores the same.
 *
 * A phase that the rollback did not begin counts neither for the cool-down nor for the budget: either would make the next one ask.
 */
async function recordEndTime(
  deps: CloseRollbackDeps,
  rollback: CloseRequest['rollback'],
  { at, begun, read }: { readonly at: string; readonly begun: readonly number[]; readonly read: ReadHistory },
): Promise<void> {
  const { recentRollbacks } = deps;
  const events = await read;
  if (events.length === 0) return; // it was never opened
  const record = recordOf(events);
  for (const phase of phasesOf(rollback))
    if (begun.includes(phase)) await recentRollbacks.end(phase, rollback.id, record.start_time, at);
    else if (record.ending === null) await recentRollbacks.withdraw(phase, rollback.id, record.start_time);
  await reportIfLimitMissed(deps, record, at);
}

/** The history as it was when the closing began. */
type ReadHistory = Promise<readonly RollbackEvent[]>;

/** Stores the open review of a rollback that needs one, for Reconcile. A repeat, even after the review, changes nothing. */
async function openReview({ reviews }: CloseRollbackDeps, events: readonly RollbackEvent[]): Promise<void> {
  const review = openReviewOf(recordOf(events));
  if (review) await reviews.open(review);
}

/**
 * Throws if another execution opened the rollback of this id: an opening that failed early may have the name of another
 * machine's rollback, which this execution must not close. While the history cannot be read, the frozen scope knows it.
 */
async function checkOwn(
  { scopes }: Pick<CloseRollbackDeps, 'scopes'>,
  { id, execution_arn }: CloseRequest['rollback'],
  read: ReadHistory,
): Promise<void> {
  const owner = await read.then(
    ([opening]) => opening?.detail['execution_arn'] as string | undefined,
    async () => (await scopes.read(id))?.execution_arn,
  );
  if (owner !== undefined && owner !== execution_arn)
    throw new Error(`${id} is the rollback of ${owner}; this execution has none to close.`);
}
