import { isWorse } from '../../domain/severity.ts';
import type { Evidence, Rollback } from '../evidence.ts';
import { type Invariant, milliseconds, named } from './invariant.ts';

export const waitersBySeverity: Invariant = {
  name: 'waiters-by-severity',
  says: "A fleet's waiters are served by severity.",
  breaks: ({ rollbacks }) =>
    rollbacks.flatMap((taker) => {
      const taken = eventAt(taker, 'Fleet taken');
      if (taken === undefined || !taker.record) return [];
      const { severity } = taker.record;
      const passed = rollbacks.filter((other) => {
        const waits = eventAt(other, 'Waiting for the fleet');
        const until = eventAt(other, 'Fleet taken') ?? eventAt(other, 'Rollback closed') ?? Number.POSITIVE_INFINITY;
        if (other === taker || waits === undefined || !other.record) return false;
        return waits < taken && taken < until && isWorse(other.record.severity, severity);
      });
      return passed.map(
        (other) =>
          `${named(taker)} (${severity}) took the fleet while ${named(other)} (${other.record?.severity}) was waiting`,
      );
    }),
};

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
