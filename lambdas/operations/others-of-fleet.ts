import type { OtherRollback } from '../../domain/history/kept-fleet.ts';
import { lowestOf } from '../../domain/phases.ts';
import type { FleetLock, FleetQueue } from '../stores/fleet-lock.ts';

/** The fleet after a closing, with other rollbacks of which people must know. `held`: for a person. */
export type LeftFleet = {
  readonly fleet: 'free' | 'held';
  /** It holds the fleet, which is kept for this one afterwards. Absent: none. */
  readonly behind?: OtherRollback;
  /** It holds the fleet, which was never this one's: this one ended while it waited. Absent: none. */
  readonly held_by?: OtherRollback;
  /** It stopped, and has the fleet after this one. Absent: none. */
  readonly before?: OtherRollback;
};

/** Returns the rollback that holds the fleet at the end of another one, and the one that stopped and has the fleet after that. */
export function othersOf(
  { holder, waiters }: Pick<FleetQueue, 'holder' | 'waiters'>,
  { id }: { readonly id: string },
  keeps: boolean,
): Omit<LeftFleet, 'fleet'> {
  if (holder && holder.rollback !== id) return keeps ? { behind: otherOf(holder) } : { held_by: otherOf(holder) };
  const stopped = waiters.find(({ part, rollback }) => part === 'person' && rollback !== id);
  return holder && stopped ? { before: otherOf(stopped) } : {};
}

const otherOf = ({ rollback, ...of }: Pick<FleetLock, 'rollback' | 'phase' | 'phases'>): OtherRollback => ({
  rollback,
  ...lowestOf(of),
});
