import { isWorse } from '../../domain/severity.ts';
import type { Rollback } from '../evidence.ts';
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

function eventAt({ events }: Rollback, type: string): number | undefined {
  const found = events.find((one) => one.type === type);
  return found && milliseconds(found.at);
}
