import type { SessionsOf } from '../../domain/calendar/sessions.ts';
import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import type { Happened } from '../../domain/history/event.ts';
import { keptFleet } from '../../domain/history/kept-fleet.ts';
import { recordOf } from '../../domain/history/record.ts';
import { phasesOf } from '../../domain/phases.ts';
import type { Claim, Claims } from '../stores/claims.ts';
import type { FleetLocks } from '../stores/fleet-lock.ts';
import type { History } from '../stores/history.ts';

export type KeptOverTheNightDeps = {
  readonly claims: Pick<Claims, 'endAlarmClaim'>;
  readonly locks: Pick<FleetLocks, 'holder'>;
  readonly history: Pick<History, 'events'>;
  /** Absent: no calendar, so no rollback stops for a night. */
  readonly sessionsOf?: SessionsOf;
  readonly now: () => number;
};

/** Milliseconds after which the alarm is looked at again: a person may have released the fleet. */
const every = 4 * 60_000;

/**
 * Returns the event of an alarm that asks nobody, because the rollback of the same alarm stopped when its hosts were shut down after the
 * close: it keeps the fleet, so none could act, and people are called about it since the pre-open. Undefined: the alarm is handled as any
 * other.
 *
 * While the alarm is red, Reconcile starts another rollback for it every four minutes; the first after the release is handled.
 */
export async function keptOverTheNight(
  deps: KeptOverTheNightDeps,
  { claim, cause: { alarm }, phase }: { readonly claim: Claim; readonly cause: RollbackCause; readonly phase: number },
  fleet: string,
): Promise<Happened | undefined> {
  if (!alarm || deps.sessionsOf?.(phase) === undefined) return undefined;
  const holder = await deps.locks.holder(fleet);
  if (!holder || !phasesOf(holder).includes(phase)) return undefined;
  const events = await deps.history.events(holder.rollback);
  const off = events.findLast(({ type }) => type === 'Rollback closed')?.detail['off_until'];
  if (typeof off !== 'string' || !keptFleet(events).kept) return undefined;
  const { alarm: own, joined } = recordOf(events);
  if (![own?.name, ...joined.map((one) => one.alarm)].includes(alarm.name)) return undefined;
  const now = deps.now();
  const again = new Date(now + every).toISOString();
  await deps.claims.endAlarmClaim(alarm.name, alarm.changed_at, claim, again);
  const why = [
    `Rollback ${holder.rollback} of the same alarm stopped when the hosts were shut down after the close, and keeps the fleet: people have been called about it since ${off}. No rollback can act before they release the fleet. If the alarm is still red at ${again}, another rollback starts for it.`,
  ];
  const at = new Date(now).toISOString();
  return { id: 'kept-over-the-night', type: 'Decided', at, detail: { decision: 'Already handled', why } };
}
