import type { Happened, RollbackEvent } from './event.ts';

/** Returns the event that every host was shut down after the close while a question was open. `until`: ISO 8601, the next pre-open. */
export const hostsShutDown = (until: string, at: string): Happened => ({
  id: `hosts-shut-down/${until}`,
  type: 'Hosts shut down',
  at,
  detail: { until },
});

/** Returns the newest pre-open, ISO 8601, until which a rollback's hosts were shut down while it asked; undefined: they were not. */
export function shutDownWhileAsking(events: readonly RollbackEvent[]): string | undefined {
  const until = events.findLast(({ type }) => type === 'Hosts shut down')?.detail['until'];
  return typeof until === 'string' ? until : undefined;
}
