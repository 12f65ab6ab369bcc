import type { RollbackEvent } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { laterPhasesUndone } from '../../domain/history/restored-code.ts';
import { type OfPhases, phasesOf } from '../../domain/phases.ts';
import type { Claim, Claims } from '../stores/claims.ts';
import type { FleetQueue } from '../stores/fleet-lock.ts';
import type { RollbackScope, RollbackScopes } from '../stores/rollback-scope.ts';

type SpareDeps = {
  readonly claims: Pick<Claims, 'openOn'>;
  readonly scopes: Pick<RollbackScopes, 'spare' | 'sparePart' | 'undoneWith'>;
};
type Ended = OfPhases & { readonly id: string };

/**
 * Takes what this rollback has done out of the scopes of the other rollbacks of its phases, which wait or ask: they act on what
 * is left. A second time would take rows and files that came after the recovery.
 *
 * A rollback of a few hosts, one that left hosts out, or one of several phases leaves a part of another one's work. A rollback of
 * a few hosts that has begun on them, and let this one act, completes them.
 */
export async function spareDoneHosts(
  { claims, scopes }: SpareDeps,
  rollback: Ended,
  { only_hosts, hosts, left_out = [] }: RollbackScope,
  { waiters }: Pick<FleetQueue, 'waiters'>,
): Promise<void> {
  const hasBegun = ({ rollback: id }: Claim) => waiters.some((one) => one.rollback === id && one.touched);
  const done = only_hosts === null && left_out.length === 0 ? null : hosts; // null: all
  for (const phase of phasesOf(rollback)) {
    const { whole, onHosts } = await claims.openOn(phase);
    const others = [...(whole ? [whole] : []), ...onHosts.filter((one) => one.only_hosts === null || !hasBegun(one))];
    for (const other of others.filter((one) => one.rollback !== rollback.id))
      await (other.phases
        ? scopes.sparePart(other.rollback, phase, { by: rollback.id, hosts: done })
        : scopes.spare(other.rollback, hosts, rollback.id));
  }
}

/**
 * Tells the open rollbacks of later phases that this rollback's restore took their code back, on every host or on some. Their own steps
 * are not done, so they may still act; but one that asks whether to begin, and to which no other host is ill, stands down once its
 * alarms are green.
 */
export async function tellUndone(
  { claims, scopes }: SpareDeps,
  { id }: Ended,
  { only_hosts, hosts, left_out = [] }: RollbackScope,
  events: readonly RollbackEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const record = recordOf(events);
  if (laterPhasesUndone(record) !== 'yes') return;
  const done = only_hosts === null && left_out.length === 0 ? null : hosts; // null: all
  for (const phase of record.also_undone) {
    const { whole } = await claims.openOn(phase);
    if (whole && whole.rollback !== id && !whole.phases) await scopes.undoneWith(whole.rollback, id, done);
  }
}
