import { phasesLeft } from '../../domain/history/phases-left.ts';
import { recordOf } from '../../domain/history/record.ts';
import { phasesOf } from '../../domain/phases.ts';
import type { FleetLock, FleetLocks } from '../stores/fleet-lock.ts';
import type { History } from '../stores/history.ts';

/**
 * Stores that a released fleet may be half rolled back: trading must not resume on it unnoticed. While the history cannot be read, every
 * phase counts as left, on every host.
 */
export async function leaveHalf(
  { locks, history }: { readonly locks: Pick<FleetLocks, 'keepHalf'>; readonly history: Pick<History, 'events'> },
  fleet: string,
  { rollback, execution_arn, touched, ...of }: FleetLock,
  released: { readonly by: string; readonly at: string },
): Promise<void> {
  if (!touched) return;
  const events = await history.events(rollback).catch(() => []);
  const record = events.length > 0 ? recordOf(events) : undefined;
  await locks.keepHalf(fleet, {
    ...{ rollback, execution_arn, released_by: released.by, released_at: released.at },
    left: record ? phasesLeft(record) : phasesOf(of),
    only_hosts: record?.only_hosts ?? null,
  });
}
