import type { RollbackEvent } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { type OfPhases, phasesOf } from '../../domain/phases.ts';
import type { Claims } from '../stores/claims.ts';
import type { History } from '../stores/history.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';

export type GiveAlarmsBackDeps = {
  readonly claims: Claims;
  readonly history: Pick<History, 'events'>;
  readonly recentRollbacks: RecentRollbacks;
};

/**
 * Gives up the alarms of a rollback that an outage kept from being opened: its own, and those that joined it. Reconcile
 * then starts a rollback for each of them that is still red.
 *
 * The rollback touched no host, so it counts neither for the phase's budget nor for its cool-down: either would make the
 * next rollback ask for a permit. Calling it again is harmless.
 */
export async function giveAlarmsBack(
  deps: GiveAlarmsBackDeps,
  { id, ...rollback }: OfPhases & { readonly id: string },
): Promise<void> {
  const { start_time } = recordOf(await deps.history.events(id));
  for (const phase of phasesOf(rollback)) await deps.recentRollbacks.withdraw(phase, id, start_time);
  await releaseAlarms(deps, { id });
}

/**
 * Gives up the alarms of a rollback without more: Reconcile starts a rollback for each of them that is red then. A rollback of a
 * few ill hosts that began does so at its end, because it does not answer an alarm that its peers keep red. Calling it again is
 * harmless.
 */
export async function releaseAlarms(
  { claims, history }: Pick<GiveAlarmsBackDeps, 'claims' | 'history'>,
  { id }: { readonly id: string },
): Promise<void> {
  const events = await history.events(id);
  const { alarm } = recordOf(events);
  if (alarm) await claims.releaseAlarm(alarm.name, alarm.changed_at, id);
  for (const joined of events.flatMap(joinedAlarm))
    await claims.releaseAlarm(joined.alarm, joined.changed_at, joined.by);
}

type JoinedAlarm = { readonly alarm: string; readonly changed_at: string; readonly by: string };

const joinedAlarm = ({ type, detail }: RollbackEvent): JoinedAlarm[] =>
  type === 'Alarm joined' && detail['alarm'] ? [detail as JoinedAlarm] : [];
