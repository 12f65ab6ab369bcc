import type { Ending } from '../../domain/ending.ts';
import { dataLoss } from '../../domain/history/data-loss.ts';
import type { Chain, Happened } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { type MissingDeps, reportIfLimitMissed } from '../operations/limit-missed.ts';
import type { Claims } from '../stores/claims.ts';
import type { FleetLocks } from '../stores/fleet-lock.ts';
import type { History } from '../stores/history.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';
import type { RollbackScopes } from '../stores/rollback-scope.ts';
import type { RowWindow } from '../stores/row-window.ts';
import { seal } from '../stores/seal.ts';
import type { Unreached } from '../stores/unreached-hosts.ts';

export type Closing = {
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
  /** A message whose function failed before it could write so itself. */
  readonly unsent?: string | null; // absent where no machine asks
};
export type Closed = {
  readonly rollback_id: string;
  readonly ending: Ending;
  readonly problem: string | null;
  readonly fleet: 'free' | 'held';
  readonly chain: Chain;
};
export type ClosingDeps = MissingDeps & {
  readonly recentRollbacks: RecentRollbacks;
  readonly locks: FleetLocks;
  readonly claims: Claims;
  readonly rowWindow: RowWindow;
  readonly frozen: RollbackScopes;
  readonly unreached: Unreached;
  readonly history: History;
  readonly now: () => number;
};

/**
 * Writes how the rollback ended, seals its history, and frees the fleet where that is safe. Calling it twice is harmless.
 *
 * A good ending frees the fleet. Needs a person keeps it once a command may have reached a host: nothing else may act
 * on half-changed hosts before somebody has looked.
 */
export async function closeRollback(deps: ClosingDeps, closing: Closing): Promise<Closed> {
  const { locks, claims, history } = deps;
  const { rollback, ending } = closing;
  await checkOwn(history, rollback);
  const lock = await locks.holder(rollback.fleet).catch((error) => {
    if (ending === 'Needs a person') return 'unreadable' as const;
    throw error; // a good ending frees the fleet; it is tried again
  });
  // What may be held stays held, and the phase's claim is closed by Reconcile, once both can be read.
  if (lock === 'unreadable') return writeEnding(deps, closing, closing.fence === 0 ? 'free' : 'held');
  const holds = lock?.rollback === rollback.id;
  const keeps = holds && ending === 'Needs a person' && lock.touched;
  // Before the ending is written: a record that says Rolled back must not belong to a rollback that still holds hosts.
  if (holds && !keeps) await locks.free(rollback.fleet, rollback.id, lock.fence);
  if (ending === 'Rolled back' || ending === 'Rolled back, unverified') await rememberWhatIsSound(deps, rollback);
  await tellWhenItEnded(deps, closing).catch((error) => {
    if (ending !== 'Needs a person') throw error; // tried again
  });
  const closed = await writeEnding(deps, closing, keeps ? 'held' : 'free');
  await claims.close(rollback.phase, rollback.id);
  return closed;
}

/** For the phase's cool-down, and for those who count on its limit. What cannot be told must not keep it from ending. */
async function tellWhenItEnded(deps: ClosingDeps, { rollback }: Closing): Promise<void> {
  const record = recordOf(await deps.history.events(rollback.id));
  if (record.ending !== null) return; // an earlier try has said it
  const at = new Date(deps.now()).toISOString();
  await deps.recentRollbacks.end(rollback.phase, rollback.id, record.start_time, at);
  await reportIfLimitMissed(deps, record, at);
}

/**
 * The hosts that were passed by wait for their return; those that were rolled back wait no more, and rows written from
 * now on are sound: everywhere, unless the rollback was of a few hosts only.
 */
async function rememberWhatIsSound(
  { history, frozen, unreached, rowWindow, now }: ClosingDeps,
  { id, phase }: Closing['rollback'],
): Promise<void> {
  const { hosts = [], not_online = [], only_hosts = null, window_start = '' } = (await frozen.read(id)) ?? {};
  const waiting = new Set((await unreached.all()).map((host) => `${host.phase}#${host.instance_id}`));
  for (const { instance_id } of hosts)
    if (waiting.has(`${phase}#${instance_id}`)) await unreached.forget(phase, instance_id);
  const since = new Date(now()).toISOString();
  if (not_online.length > 0) {
    const { severity } = recordOf(await history.events(id));
    for (const host of not_online)
      await unreached.keep({ ...host, phase, rollback: id, since, window_start, severity });
  }
  await (only_hosts ? rowWindow.withdraw(phase, id) : rowWindow.end(phase, `${since.slice(0, 19)}Z`));
}

async function writeEnding(
  { history, frozen, now }: ClosingDeps,
  { rollback, fence, ending, problem, unsent }: Closing,
  fleet: Closed['fleet'],
): Promise<Closed> {
  const at = new Date(now()).toISOString();
  // What cannot be read is not known, and must not keep the ending from being written.
  const hosts = (await frozen.read(rollback.id).catch(() => undefined))?.hosts.map(({ instance_id }) => instance_id);
  const data_loss = hosts ? dataLoss(await history.everyHost(rollback.id), hosts) : null;
  const detail = { ending, problem, fence, fleet, data_loss };
  const told = [
    ...(unsent && !(await wasSent(history, rollback.id, unsent)) ? [notSent(unsent, at)] : []),
    ...(await unsettled(history, rollback.id, at)),
  ];
  await history.append(rollback.id, ...told, { id: 'rollback-closed', type: 'Rollback closed', at, detail });
  const chain = await seal(history, rollback.id, ending, at);
  return { rollback_id: rollback.id, ending, problem, fleet, chain };
}

/** A question that is open when its rollback ends is nobody's any more. */
async function unsettled(history: History, rollback: string, at: string): Promise<Happened[]> {
  const events = await history.events(rollback);
  if (events.length === 0) return [];
  return recordOf(events)
    .questions.filter(({ outcome }) => outcome === null)
    .map(({ number }) => ({
      id: `question-settled/${number}`,
      type: 'Question settled',
      at,
      detail: { number, outcome: 'void', by: 'the rollback ended before anything was done about it' },
    }));
}

const wasSent = async (history: History, rollback: string, message: string) =>
  (await history.events(rollback)).some(({ type, detail }) => type === 'Message sent' && detail['message'] === message);

const notSent = (message: string, at: string): Happened => ({
  id: `message-not-sent/${message}`,
  type: 'Message not sent',
  at,
  detail: { message, why: 'Its function failed; the execution history says how.' },
});

/** An opening that failed early may bear a name that another machine's rollback already has: that one is left alone. */
async function checkOwn(history: History, { id, execution_arn }: Closing['rollback']): Promise<void> {
  const [opening] = await history.events(id);
  if (opening && opening.detail['execution_arn'] !== execution_arn)
    throw new Error(
      `${id} is the rollback of ${String(opening.detail['execution_arn'])}; this execution has none to close.`,
    );
}
