import type { Waiter } from '../../domain/decision/fleet-queue.ts';
import { FleetBusy } from '../../domain/errors.ts';
import type { Happened } from '../../domain/history/event.ts';
import { phaseWords } from '../../domain/phases.ts';
import type { Rollback } from '../middleware/payload.ts';
import { doneByOf } from '../operations/done-by-others.ts';
import type { FleetLock, FleetQueue } from '../stores/fleet-queue.ts';
import type { RollbackScope, ScopePart } from '../stores/rollback-scope.ts';

/** The event that others have rolled back some of the hosts while this rollback waited. */
export const hostsAlreadyDone = (done: NonNullable<RollbackScope['done_before']>, at: string): Happened => ({
  id: 'hosts-already-done',
  type: 'Hosts already done',
  at,
  detail: {
    done: done.length,
    names: done.slice(0, 50).map(({ name }) => name),
    by: [...new Set(done.map((host) => host.by))],
  },
});

/** The event that others have rolled back some of the phases while this rollback waited. */
export const phasesAlreadyDone = (done: readonly ScopePart[], at: string): Happened => ({
  id: 'phases-already-done',
  type: 'Phases already done',
  at,
  detail: { phases: done.map(({ phase }) => phase), by: [...new Set(done.flatMap(doneByOf))] },
});

/**
 * Throws FleetBusy, which the machine retries, until the rollback's deadline; afterwards a plain error, which ends the
 * rollback. `touched`: what the wait has left on the hosts, in words.
 */
export function tryAgain(
  { fleet, deadline }: Rollback,
  { holder, waiters }: Pick<FleetQueue, 'holder' | 'waiters'>,
  { next, at, touched }: { readonly next: Waiter | undefined; readonly at: string; readonly touched: string },
): never {
  const why = holder ? heldBy(fleet, holder) : freeFor(fleet, next ?? waiters.find(({ part }) => part === 'person'));
  if (at < deadline) throw new FleetBusy(`${why} This one tries again until ${deadline}, its limit; ${touched}.`);
  throw new Error(`${why} It was not freed by ${deadline}, this rollback's limit; ${touched}.`);
}

const heldBy = (fleet: string, holder: FleetLock) =>
  `Fleet ${fleet} is held by rollback ${holder.rollback} of ${phaseWords(holder)} since ${holder.taken_at}.`;

function freeFor(fleet: string, next: Waiter | undefined): string {
  if (!next) return `Fleet ${fleet} was freed a moment ago.`;
  const { rollback, severity, part } = next;
  if (part === 'person')
    return `Fleet ${fleet} is kept for rollback ${rollback} of ${phaseWords(next)} until a person releases it.`;
  return `Fleet ${fleet} is free; rollback ${rollback} of ${phaseWords(next)}, ${severity}, takes it first.`;
}
