import { type OfPhases, phaseWords } from '../phases.ts';
import type { RollbackEvent } from './event.ts';

/** Another rollback of the fleet, as the event of a closing names it. */
export type OtherRollback = OfPhases & { readonly rollback: string };

/** The fleet after the end of a rollback, by its events. */
export type KeptFleet = {
  /** It is kept for this rollback until a person releases it; false: also before the end, and once a person has. */
  readonly kept: boolean;
  /** The rollback that still held it at the end of this one; null: none did, or it has let go since. */
  readonly behind: OtherRollback | null;
  /** The rollback that held it at the end of this one, for which it is not kept; null: none did. */
  readonly heldBy: OtherRollback | null;
  /** The rollback that stopped, and has the fleet after this one until a person releases it; null: none. */
  readonly before: OtherRollback | null;
};

export function keptFleet(events: readonly RollbackEvent[]): KeptFleet {
  const closed = events.findLast(({ type }) => type === 'Rollback closed')?.detail;
  const has = (...types: readonly RollbackEvent['type'][]) => events.some(({ type }) => types.includes(type));
  return {
    kept: closed?.['fleet'] === 'held' && !has('Fleet released'),
    behind: has('Fleet kept', 'Fleet released') ? null : ((closed?.['behind'] ?? null) as OtherRollback | null),
    heldBy: (closed?.['held_by'] ?? null) as OtherRollback | null,
    before: (closed?.['before'] ?? null) as OtherRollback | null,
  };
}

/** "rollback R of phase 4" */
export const otherWords = ({ rollback, ...of }: OtherRollback): string => `rollback ${rollback} of ${phaseWords(of)}`;
