import { openReviewOf } from '../../domain/afterwards/review.ts';
import { type UndoneVersion, undoneVersions } from '../../domain/brakes/undone-versions.ts';
import type { Ending } from '../../domain/ending.ts';
import { ClosingUnfinished } from '../../domain/errors.ts';
import { type Chain, endOf, type RollbackEvent } from '../../domain/history/event.ts';
import { questionsAsked } from '../../domain/history/question-record.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import { phasesOf } from '../../domain/phases.ts';
import { owedTargetOf } from '../../domain/target/chosen-target.ts';
import type { Claims } from '../stores/claims.ts';
import type { Endings, ReachedEnding } from '../stores/endings.ts';
import type { FleetLocks, FleetQueue } from '../stores/fleet-lock.ts';
import { NeverOpened } from '../stores/history.ts';
import type { Questions } from '../stores/questions.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';
import type { Reviews } from '../stores/reviews.ts';
import { partOfScope, type RollbackScope } from '../stores/rollback-scope.ts';
import type { RowWindow } from '../stores/row-window.ts';
import type { Unreached, UnreachedHost } from '../stores/unreached-hosts.ts';
import { type BlockUndoneDeps, blockUndone } from './block-undone.ts';
import { rollbackOver } from './check-open.ts';
import { giveAlarmsBack } from './give-alarms-back.ts';
import { type LimitMissedDeps, reportIfLimitMissed } from './limit-missed.ts';
import { oweMessage } from './owe-message.ts';
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
  BlockUndoneDeps & {
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
 * The ending that was stored first counts, whatever a later call asks for: work that is done stays done. Throws RollbackOver
 * if the rollback ended *Needs a person* and a redriven execution now reports success.
 *
 * A part that fails stops no other part. After a good ending ClosingUnfinished is then thrown, and the state machine
 * retries. *Needs a person* returns, because a person must be paged now. The phase's claim stays, so Reconcile repeats the
 * closing every minute.
 */
export async function closeRollback(deps: CloseRollbackDeps, request: CloseRequest): Promise<CloseResult> {
  const { rollback } = request;
  const read = deps.history.events(rollback.id); // once: each part that needs the history gets its error too
  await checkOwn(deps, rollback, read);
  const { ending, problem, at, isStored } = await reachedEnding(deps, request);
  const failed: Error[] = [];
  const part = <T>(work: Promise<T>, otherwise: T): Promise<T> =>
    work.catch((error) => {
      failed.push(error);
      return otherwise;
    });
  const scope = isGood(ending) ? await part(deps.scopes.read(rollback.id), undefined) : undefined;
  const left = await part(letGo(deps, rollback, ending, scope), undefined);
  const fleet = left ?? (request.fence === 0 ? 'free' : 'held');
  if (scope) await part(tellUndone(deps, rollback, scope, await read.catch(() => [])), undefined);
  if (isGood(ending)) await part(updateUnreachedHosts(deps, rollback, { scope, since: at, read }), undefined);
  const touched = isGood(ending) || left === 'held' || (await hasBegun(read)) || (left === 'free' ? false : null);
  const undone = await part(undoneBy(deps, rollback, { scope, touched, read }), null);
  await part(blockUndone(deps, { rollback, ending, at }, undone ?? []), undefined);
  await part(recordEndTime(deps, rollback, { at, touched: touched ?? true, read }), undefined);
  const written = writeEnding(deps, { ...request, ending, problem }, { fleet, at, scope, read, undone });
  const events = await (isStored ? part(written, []) : written);
  if (failed.length === 0) await part(giveUpClaims(deps, { ...request, ending, problem }, { events, at }), undefined);
  const unopened = failed.find((error) => error instanceof NeverOpened);
  if (unopened) throw unopened;
  if (failed.length > 0 && isGood(ending))
    throw new ClosingUnfinished(
      `Rollback ${rollback.id} ended "${ending}", but not all of that could be written. Reconcile repeats it every minute. ${failed.map(({ message }) => message).join(' ')}`,
      { cause: failed[0] },
    );
  return { rollback_id: rollback.id, ending, problem, fleet, chain: endOf(events) };
}

const isGood = (ending: Ending) => ending === 'Rolled back' || ending === 'Rolled back, unverified';

/**
 * Stores the ending, or returns the one that is stored already. If the state table takes nothing, *Needs a person* is
 * written to the history alone; a good ending is retried.
 */
async function reachedEnding(
  { endings, now }: CloseRollbackDeps,
  { rollback, ending, problem }: CloseRequest,
): Promise<ReachedEnding & { readonly isStored: boolean }> {
  const asked = { ending, problem, at: new Date(now()).toISOString() };
  const reached = await endings.reach(rollback.id, asked).catch((error) => {
    if (isGood(ending)) throw error;
  });
  if (!reached) return { ...asked, isStored: false };
  if (isGood(ending) && !isGood(reached.ending)) throw rollbackOver(rollback, reached);
  return { ...reached, isStored: true };
}

/** Frees the fleet if that is safe; returns whether it is free. */
async function letGo(
  deps: CloseRollbackDeps,
  rollback: CloseRequest['rollback'],
  ending: Ending,
  scope: RollbackScope | undefined,
): Promise<CloseResult['fleet']> {
  const queue = await deps.locks.queue(rollback.fleet);
  if (scope) await spareDoneHosts(deps, rollback, scope, queue); // before another rollback can take the fleet
  return (await leaveFleet(deps.locks, rollback, ending, queue)) ? 'held' : 'free';
}

/** Whether a command of a rollback may have reached a host, by its history: a person may have released its fleet meanwhile. */
const hasBegun = (read: ReadHistory): Promise<boolean> =>
  read.then(
    (events) => events.some(({ type }) => type === 'Flags overridden' || type === 'Step started'),
    () => false,
  );

/**
 * Returns the versions that a rollback undid, as an earlier closing has recorded them; null: it is not known whether the rollback
 * has touched a host, and a repeat knows it. `scope`: absent, it is read.
 */
async function undoneBy(
  { scopes }: CloseRollbackDeps,
  rollback: CloseRequest['rollback'],
  of: { readonly scope: RollbackScope | undefined; readonly touched: boolean | null; readonly read: ReadHistory },
): Promise<readonly UndoneVersion[] | null> {
  const closed = (await of.read.catch(() => [])).find(({ type }) => type === 'Rollback closed');
  const recorded = (closed?.detail['undone'] ?? null) as readonly UndoneVersion[] | null;
  if (recorded || of.touched === null) return recorded;
  const scope = of.touched ? (of.scope ?? (await scopes.read(rollback.id))) : undefined;
  return scope ? undoneVersions(rollback, scope) : [];
}

/** Gives up what only a live rollback has. The phase's claim comes last: while it stays, Reconcile repeats the closing. */
async function giveUpClaims(
  deps: CloseRollbackDeps,
  { rollback, reopens, ending, problem }: CloseRequest,
  { events, at }: { readonly events: readonly RollbackEvent[]; readonly at: string },
): Promise<void> {
  if (reopens) await giveAlarmsBack(deps, rollback);
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
 * A rollback that touched no host counts neither for the cool-down nor for the budget: either would make the next one ask.
 */
async function recordEndTime(
  deps: CloseRollbackDeps,
  rollback: CloseRequest['rollback'],
  { at, touched, read }: { readonly at: string; readonly touched: boolean; readonly read: ReadHistory },
): Promise<void> {
  const { recentRollbacks } = deps;
  const events = await read;
  if (events.length === 0) return; // it was never opened
  const record = recordOf(events);
  for (const phase of phasesOf(rollback))
    if (touched) await recentRollbacks.end(phase, rollback.id, record.start_time, at);
    else if (record.ending === null) await recentRollbacks.withdraw(phase, rollback.id, record.start_time);
  await reportIfLimitMissed(deps, record, at);
}

/**
 * Keeps the hosts that are owed the rollback, because they could not be reached or were left out, and forgets those that were rolled back. Rows written
 * from now on are sound, unless the rollback was of a few hosts only.
 */
async function updateUnreachedHosts(
  deps: CloseRollbackDeps,
  rollback: CloseRequest['rollback'],
  { scope, ...of }: Pick<Owing, 'since' | 'read'> & { readonly scope: RollbackScope | undefined },
): Promise<void> {
  const owed = await deps.unreached.all();
  for (const phase of phasesOf(rollback))
    await updatePhase(deps, { id: rollback.id, phase }, scope && partOfScope(scope, phase), { ...of, owed });
}

/** `since`: ISO 8601, the rollback's end. `owed`: the hosts that are owed a rollback so far. */
type Owing = { readonly since: string; readonly owed: readonly UnreachedHost[]; readonly read: ReadHistory };
/** The history as it was when the closing began. */
type ReadHistory = Promise<readonly RollbackEvent[]>;

async function updatePhase(
  { unreached, rowWindow }: CloseRollbackDeps,
  { id, phase }: { readonly id: string; readonly phase: number },
  scope: RollbackScope | undefined,
  { since, owed, read }: Owing,
): Promise<void> {
  const { hosts = [], not_online = [], lost = [], left_out = [], only_hosts = null } = scope ?? {};
  const { window_start = '', target_commit, targets = [] } = scope ?? {};
  const target = owedTargetOf(targets, phase);
  const away = [...[...not_online, ...lost].map(asAway), ...left_out.map(asLeftOut)];
  const waiting = new Set(owed.flatMap((host) => (host.phase === phase ? [host.instance_id] : [])));
  for (const { instance_id } of hosts) if (waiting.has(instance_id)) await unreached.forget(phase, instance_id);
  if (away.length > 0) {
    const { severity } = recordOf(await read);
    for (const host of away)
      await unreached.keep({
        ...{ ...host, phase, rollback: id, since, window_start, severity },
        ...(target_commit ? { target_commit } : {}),
        ...(target ? { target } : {}),
      });
  }
  await (only_hosts ? rowWindow.withdraw(phase, id) : rowWindow.end(phase, `${since.slice(0, 19)}Z`));
}

const asAway = ({ instance_id, name }: Host) => ({ instance_id, name });
/** A person left the host out, so a person rolls it back: it is not started by itself. */
const asLeftOut = (host: Host) => ({ ...asAway(host), left_out: true as const });

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
