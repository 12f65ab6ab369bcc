import { openReviewOf, reviewDue } from '../../domain/afterwards/review.ts';
import type { Ending } from '../../domain/ending.ts';
import { dataLoss } from '../../domain/history/data-loss.ts';
import type { Chain, Happened, RollbackEvent } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import type { Claims } from '../stores/claims.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { FleetLocks, FleetQueue } from '../stores/fleet-lock.ts';
import type { History } from '../stores/history.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';
import type { Reviews } from '../stores/reviews.ts';
import type { RollbackScope, RollbackScopes } from '../stores/rollback-scope.ts';
import type { RowWindow } from '../stores/row-window.ts';
import { seal } from '../stores/seal.ts';
import type { Unreached } from '../stores/unreached-hosts.ts';
import { giveAlarmsBack } from './give-alarms-back.ts';
import { type LimitMissedDeps, reportIfLimitMissed } from './limit-missed.ts';

export type CloseRequest = {
  readonly rollback: {
    readonly id: string;
    readonly execution_arn: string;
    readonly phase: number;
    readonly fleet: string;
  };
  /** 0: the fleet was never taken. */
  readonly fence: number;
  readonly ending: Ending;
  readonly problem: string | null;
  /** A message whose function failed before it could record that. Absent if the caller is not a state machine. */
  readonly unsent?: string | null;
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
export type CloseRollbackDeps = LimitMissedDeps & {
  readonly recentRollbacks: RecentRollbacks;
  readonly locks: FleetLocks;
  readonly claims: Claims;
  readonly rowWindow: RowWindow;
  readonly scopes: RollbackScopes;
  readonly unreached: Unreached;
  readonly reviews: Reviews;
  readonly deployments: Pick<Deployments, 'between'>;
  /** Seconds that people have to review a rollback that acted without their approval. */
  readonly reviewWithin: number;
  readonly history: History;
  readonly now: () => number;
};

/**
 * Records how the rollback ended, seals its history, and frees the fleet if that is safe. Calling it twice is harmless.
 *
 * A good ending frees the fleet. *Needs a person* keeps it once a command may have reached a host: no other rollback
 * may act on half-changed hosts before a person has looked.
 */
export async function closeRollback(deps: CloseRollbackDeps, request: CloseRequest): Promise<CloseResult> {
  const { locks, claims, history } = deps;
  const { rollback, ending } = request;
  await checkOwn(history, rollback);
  const queue = await locks.queue(rollback.fleet).catch((error) => {
    if (ending === 'Needs a person') return 'unreadable' as const;
    throw error; // a good ending frees the fleet, so the state machine retries
  });
  // A fleet that may be held stays held. Reconcile closes the phase's claim once the lock and the claim can be read.
  if (queue === 'unreadable') return writeEnding(deps, request, request.fence === 0 ? 'free' : 'held');
  const isGood = ending === 'Rolled back' || ending === 'Rolled back, unverified';
  const scope = isGood ? await deps.scopes.read(rollback.id) : undefined;
  if (scope) await spareDoneHosts(deps, rollback, scope); // before another rollback can take the fleet
  const keeps = await leaveFleet(locks, request, queue);
  if (isGood) await updateUnreachedHosts(deps, rollback, scope);
  await recordEndTime(deps, request, isGood || keeps).catch((error) => {
    if (ending !== 'Needs a person') throw error; // the state machine retries
  });
  const closed = await writeEnding(deps, request, keeps ? 'held' : 'free');
  if (request.reopens) await giveAlarmsBack(deps, rollback);
  await openReview(deps, rollback.id); // before the claim is released: Reconcile repeats a closing that failed here
  await claims.releasePhase(rollback.phase, rollback.id);
  return closed;
}

/**
 * Frees the fleet, or leaves the queue, if that is safe; returns whether the fleet is kept for a person.
 *
 * A rollback that let others act has touched hosts without holding the fleet. It stays in the queue for a person: nobody
 * else takes the fleet after the present holder, and Reconcile takes it for this rollback.
 */
async function leaveFleet(
  locks: FleetLocks,
  { rollback: { id, fleet }, ending }: CloseRequest,
  { holder, waiters }: FleetQueue,
): Promise<boolean> {
  const waits = waiters.find(({ rollback }) => rollback === id);
  const isHolder = holder?.rollback === id;
  const keeps = ending === 'Needs a person' && (isHolder ? holder.touched : waits?.touched === true);
  if (waits && keeps && !isHolder) await locks.wait(fleet, { ...waits, part: 'person' });
  else if (waits) await locks.leave(fleet, id);
  // Freed before the ending is written: a rollback whose record is *Rolled back* must not hold the fleet.
  if (isHolder && !keeps) await locks.free(fleet, id, holder.fence);
  return keeps;
}

/**
 * Takes the hosts of a rollback of a few hosts out of the scope of the phase's own rollback, which waits: it acts on what
 * is left. A second time would take rows and files that came after their recovery.
 */
async function spareDoneHosts(
  { claims, scopes }: CloseRollbackDeps,
  { id, phase }: CloseRequest['rollback'],
  { only_hosts, hosts }: RollbackScope,
): Promise<void> {
  if (only_hosts === null) return;
  const whole = await claims.phaseClaim(phase);
  if (whole && whole.rollback !== id) await scopes.spare(whole.rollback, hosts, id);
}

/**
 * Stores when the rollback ended, for the phase's cool-down, and reports a missed limit. A repeat does nothing.
 *
 * A rollback that touched no host counts neither for the cool-down nor for the budget: either would make the next one ask.
 */
async function recordEndTime(deps: CloseRollbackDeps, { rollback }: CloseRequest, touched: boolean): Promise<void> {
  const record = recordOf(await deps.history.events(rollback.id));
  if (record.ending !== null) return;
  const at = new Date(deps.now()).toISOString();
  const { recentRollbacks } = deps;
  if (touched) await recentRollbacks.end(rollback.phase, rollback.id, record.start_time, at);
  else await recentRollbacks.withdraw(rollback.phase, rollback.id, record.start_time);
  await reportIfLimitMissed(deps, record, at);
}

/**
 * Keeps the hosts that could not be reached until they return, and forgets those that were rolled back. Rows written
 * from now on are sound, unless the rollback was of a few hosts only.
 */
async function updateUnreachedHosts(
  { history, unreached, rowWindow, now }: CloseRollbackDeps,
  { id, phase }: CloseRequest['rollback'],
  scope: RollbackScope | undefined,
): Promise<void> {
  const { hosts = [], not_online = [], lost = [], only_hosts = null, window_start = '', target_commit } = scope ?? {};
  const away = [...not_online, ...lost];
  const waiting = new Set((await unreached.all()).map((host) => `${host.phase}#${host.instance_id}`));
  for (const { instance_id } of hosts)
    if (waiting.has(`${phase}#${instance_id}`)) await unreached.forget(phase, instance_id);
  const since = new Date(now()).toISOString();
  if (away.length > 0) {
    const { severity } = recordOf(await history.events(id));
    for (const { instance_id, name } of away)
      await unreached.keep({
        ...{ instance_id, name, phase, rollback: id, since, window_start, severity },
        ...(target_commit ? { target_commit } : {}),
      });
  }
  await (only_hosts ? rowWindow.withdraw(phase, id) : rowWindow.end(phase, `${since.slice(0, 19)}Z`));
}

/** Stores the open review of a rollback that needs one, for Reconcile. A repeat, even after the review, changes nothing. */
async function openReview({ history, reviews }: CloseRollbackDeps, rollback: string): Promise<void> {
  const review = openReviewOf(recordOf(await history.events(rollback)));
  if (review) await reviews.open(review);
}

async function writeEnding(
  { history, scopes, deployments, reviewWithin, now }: CloseRollbackDeps,
  { rollback, fence, ending, problem, unsent }: CloseRequest,
  fleet: CloseResult['fleet'],
): Promise<CloseResult> {
  const at = new Date(now()).toISOString();
  // The ending is written even if the scope cannot be read: data_loss is then null.
  const hosts = (await scopes.read(rollback.id).catch(() => undefined))?.hosts.map(({ instance_id }) => instance_id);
  const data_loss = hosts ? dataLoss(await history.everyHost(rollback.id), hosts) : null;
  const events = await history.events(rollback.id);
  const record = events.length > 0 ? recordOf(events) : undefined;
  const review_due = record && reviewDue(record, at, reviewWithin);
  const since = record?.start_time ?? at;
  const deployed_during = await deployments.between(rollback.phase, since, at).catch(() => []);
  const detail = {
    ...{ ending, problem, fence, fleet, data_loss },
    ...(review_due ? { review_due } : {}),
    ...(deployed_during.length > 0 ? { deployed_during } : {}),
  };
  const earlier = [
    ...(unsent && !wasSent(events, unsent) ? [notSent(unsent, at)] : []),
    ...settleOpenQuestions(record?.questions ?? [], at),
  ];
  await history.append(rollback.id, ...earlier, { id: 'rollback-closed', type: 'Rollback closed', at, detail });
  const chain = await seal(history, rollback.id, ending, at);
  return { rollback_id: rollback.id, ending, problem, fleet, chain };
}

/** Returns an event per question that is still open: the ending settles it as void. */
const settleOpenQuestions = (questions: RollbackRecord['questions'], at: string): Happened[] =>
  questions
    .filter(({ outcome }) => outcome === null)
    .map(({ number }) => ({
      id: `question-settled/${number}`,
      type: 'Question settled',
      at,
      detail: { number, outcome: 'void', by: 'the rollback ended before anything was done about it' },
    }));

const wasSent = (events: readonly RollbackEvent[], message: string) =>
  events.some(({ type, detail }) => type === 'Message sent' && detail['message'] === message);

const notSent = (message: string, at: string): Happened => ({
  id: `message-not-sent/${message}`,
  type: 'Message not sent',
  at,
  detail: { message, why: 'Its function failed; the execution history says how.' },
});

/**
 * Throws if another execution opened the rollback of this id: an opening that failed early may have the name of another
 * machine's rollback, which this execution must not close.
 */
async function checkOwn(history: History, { id, execution_arn }: CloseRequest['rollback']): Promise<void> {
  const [opening] = await history.events(id);
  if (opening && opening.detail['execution_arn'] !== execution_arn)
    throw new Error(
      `${id} is the rollback of ${String(opening.detail['execution_arn'])}; this execution has none to close.`,
    );
}
