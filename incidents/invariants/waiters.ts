import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { shareAPhase } from '../../domain/phases.ts';
import { isWorse } from '../../domain/severity.ts';
import type { Evidence, Rollback } from '../evidence.ts';
import { type Invariant, milliseconds, named } from './invariant.ts';

/** Milliseconds before its end from which a waiter without the fleet may be past its time, and holds up nobody. */
const PAST_ITS_TIME = 90_000;

export const waitersBySeverity: Invariant = {
  name: 'waiters-by-severity',
  says: "A fleet's waiters are served by severity, then newest deployment, then age.",
  breaks: ({ rollbacks }) =>
    rollbacks.flatMap((taker) => {
      const taken = eventAt(taker, 'Fleet taken');
      if (taken === undefined) return [];
      const record = recordBefore(taker, 'Fleet taken');
      if (!record) return [];
      const lent = rollbacks.filter((one) => hasLentTheFleet(one, taken));
      const passed = rollbacks.filter(
        (other) =>
          other !== taker &&
          isWaiting(other, taken) &&
          !lent.some((one) => shareAPhase(phasesIn(one), phasesIn(other))),
      );
      return passed.flatMap((other) => {
        const waiter = recordAt(other, taken);
        const rank = waiter && rankAbove(waiter, record);
        if (!rank) return [];
        return [`${named(taker)} (${record.severity}) took the fleet while ${named(other)} (${rank}) was waiting`];
      });
    }),
};

/** Returns the record with the severity of an instant: a worse alarm may join a rollback later, and then raises it. */
const recordAt = (rollback: Rollback, instant: number): RollbackRecord | undefined =>
  withSeverityOf(
    rollback,
    rollback.events.filter(({ at }, i) => i === 0 || milliseconds(at) < instant),
  );

/** The same, before the first event of a type: an alarm may join in its instant, and come before it. */
const recordBefore = (rollback: Rollback, type: string): RollbackRecord | undefined =>
  withSeverityOf(
    rollback,
    rollback.events.slice(
      0,
      Math.max(
        1,
        rollback.events.findIndex((one) => one.type === type),
      ),
    ),
  );

const withSeverityOf = ({ record }: Rollback, events: Rollback['events']): RollbackRecord | undefined =>
  record && { ...record, severity: recordOf(events).severity };

/** Whether a rollback that had not begun was waiting for the fleet at an instant. */
function isWaiting(rollback: Rollback, at: number): boolean {
  const waits = eventAt(rollback, 'Waiting for the fleet');
  if (waits === undefined || waits >= at) return false;
  const taken = eventAt(rollback, 'Fleet taken');
  if (taken !== undefined) return at < taken;
  const closed = eventAt(rollback, 'Rollback closed') ?? Number.POSITIVE_INFINITY;
  return at < closed - PAST_ITS_TIME;
}

/** Whether a rollback let others act at an instant: a rollback of one of its phases then waits until it has ended. */
const hasLentTheFleet = ({ events }: Rollback, at: number): boolean =>
  events
    .filter((one) => ['Fleet lent', 'Fleet taken', 'Rollback closed'].includes(one.type) && milliseconds(one.at) < at)
    .at(-1)?.type === 'Fleet lent';

const phasesIn = ({ phase, record }: Rollback) => ({ phase, ...(record?.phases ? { phases: record.phases } : {}) });

/** Returns what puts a waiter before another; undefined if it comes after it. */
function rankAbove(waiter: RollbackRecord, other: RollbackRecord): string | undefined {
  if (isWorse(waiter.severity, other.severity)) return waiter.severity;
  if (waiter.severity !== other.severity) return undefined;
  const deployed = ({ deployment }: RollbackRecord) => (deployment ? milliseconds(deployment.at) : 0);
  if (deployed(waiter) !== deployed(other))
    return deployed(waiter) > deployed(other) ? `the same severity, a newer deployment` : undefined;
  const older = milliseconds(waiter.start_time) < milliseconds(other.start_time);
  return older ? 'the same severity and deployment, older' : undefined;
}

/** Milliseconds between the look at the alarms and the taking of the fleet: at most the timeout of one function. */
const LOOKED_WITHIN = 60_000;

export const recoveredWaitersStandDown: Invariant = {
  name: 'recovered-waiters-stand-down',
  says: 'A rollback that waited takes the fleet only if one of its alarms is still red.',
  breaks: (evidence) =>
    evidence.rollbacks.flatMap((rollback) => {
      const [waits, taken] = [eventAt(rollback, 'Waiting for the fleet'), eventAt(rollback, 'Fleet taken')];
      const alarm = rollback.record?.alarm;
      if (waits === undefined || taken === undefined || waits > taken || !alarm) return [];
      const names = [alarm.name, ...(rollback.record?.joined ?? []).flatMap((one) => one.alarm ?? [])];
      const green = names.map((name) => greenSince(evidence, name, taken));
      const last = Math.max(...green.map((since) => since ?? Number.POSITIVE_INFINITY));
      if (taken - last <= LOOKED_WITHIN) return [];
      return [
        `${named(rollback)} waited and took the fleet at ${new Date(taken).toISOString()}; its alarms were green since ${new Date(last).toISOString()}`,
      ];
    }),
};

/** Returns since when an alarm was green at an instant; undefined if it was not. */
function greenSince({ happened }: Evidence, name: string, at: number): number | undefined {
  const changes = happened.filter((one) => one.event === 'AlarmStateChanged' && one['alarm'] === name);
  const last = changes.findLast((one) => milliseconds(one['at']) <= at);
  return last?.['to'] === 'OK' ? milliseconds(last['at']) : undefined;
}

function eventAt({ events }: Rollback, type: string): number | undefined {
  const found = events.find((one) => one.type === type);
  return found && milliseconds(found.at);
}
