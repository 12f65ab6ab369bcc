import { dataLoss } from '../../domain/data-loss.ts';
import type { Ending } from '../../domain/ending.ts';
import type { Chain, Happened } from '../../domain/event.ts';
import type { Claims } from '../claims.ts';
import type { FleetLocks } from '../fleet-lock.ts';
import type { History } from '../history.ts';
import type { RowWindow } from '../row-window.ts';
import { seal } from '../seal.ts';

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
export type ClosingNeeds = {
  readonly locks: FleetLocks;
  readonly claims: Claims;
  readonly rowWindow: RowWindow;
  readonly history: History;
  readonly now: () => number;
};

/**
 * Writes how the rollback ended, seals its history, and frees the fleet where that is safe. Calling it twice is harmless.
 *
 * A good ending frees the fleet. Needs a person keeps it once a command may have reached a host: nothing else may act
 * on half-changed hosts before somebody has looked.
 */
export async function closeRollback(needs: ClosingNeeds, closing: Closing): Promise<Closed> {
  const { locks, claims, rowWindow, history } = needs;
  const { rollback, ending } = closing;
  await checkOwn(history, rollback);
  const lock = await locks.holder(rollback.fleet).catch((error) => {
    if (ending === 'Needs a person') return 'unreadable' as const;
    throw error; // a good ending frees the fleet; it is tried again
  });
  // What may be held stays held, and the phase's claim is closed by Reconcile, once both can be read.
  if (lock === 'unreadable') return writeEnding(needs, closing, 'held');
  const holds = lock?.rollback === rollback.id;
  const keeps = holds && ending === 'Needs a person' && lock.touched;
  // Before the ending is written: a record that says Rolled back must not belong to a rollback that still holds hosts.
  if (holds && !keeps) await locks.free(rollback.fleet, rollback.id, lock.fence);
  if (ending === 'Rolled back') await rowWindow.forget(rollback.phase);
  const closed = await writeEnding(needs, closing, keeps ? 'held' : 'free');
  await claims.close(rollback.phase, rollback.id);
  return closed;
}

async function writeEnding(
  { history, now }: ClosingNeeds,
  { rollback, fence, ending, problem, unsent }: Closing,
  fleet: Closed['fleet'],
): Promise<Closed> {
  const at = new Date(now()).toISOString();
  const detail = { ending, problem, fence, fleet, data_loss: dataLoss(await history.everyHost(rollback.id)) };
  const told = unsent && !(await wasSent(history, rollback.id, unsent)) ? [notSent(unsent, at)] : [];
  await history.append(rollback.id, ...told, { id: 'rollback-closed', type: 'Rollback closed', at, detail });
  const chain = await seal(history, rollback.id, ending, at);
  return { rollback_id: rollback.id, ending, problem, fleet, chain };
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
