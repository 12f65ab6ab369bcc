import type { Ending } from '../../domain/ending.ts';
import type { Chain } from '../../domain/event.ts';
import type { FleetLocks } from '../fleet-lock.ts';
import type { History } from '../history.ts';
import type { RowWindow } from '../row-window.ts';
import { seal } from '../seal.ts';

export type Closing = {
  readonly rollback: { readonly id: string; readonly phase: number; readonly fleet: string };
  /** 0: the fleet was never taken. */
  readonly fence: number;
  readonly ending: Ending;
  readonly problem: string | null;
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
export async function closeRollback(
  { locks, rowWindow, history, now }: ClosingNeeds,
  closing: Closing,
): Promise<Closed> {
  const { rollback, fence, ending, problem } = closing;
  const lock = await locks.holder(rollback.fleet);
  const holds = lock?.rollback === rollback.id;
  const keeps = holds && ending === 'Needs a person' && lock.touched;
  // Before the ending is written: a record that says Rolled back must not belong to a rollback that still holds hosts.
  if (holds && !keeps) await locks.free(rollback.fleet, rollback.id, lock.fence);
  if (ending === 'Rolled back') await rowWindow.forget(rollback.phase);
  const at = new Date(now()).toISOString();
  const detail = { ending, problem, fence, fleet: keeps ? 'held' : 'free' };
  await history.append(rollback.id, {
    id: 'rollback-closed',
    type: 'Rollback closed',
    at,
    detail,
  });
  const chain = await seal(history, rollback.id, ending, at);
  return { rollback_id: rollback.id, ending, problem, fleet: keeps ? 'held' : 'free', chain };
}
