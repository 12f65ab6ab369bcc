import type { SessionsOf } from '../../domain/calendar/sessions.ts';
import { shutDownUntil } from '../../domain/calendar/shut-down.ts';
import { isEveryHostLost } from '../../domain/host/lost-hosts.ts';
import { type OfPhases, phasesOf } from '../../domain/phases.ts';

export type ShutDownDeps = {
  /** Absent: no calendar, the market is always open. */
  readonly sessionsOf?: SessionsOf;
};

/**
 * Returns the pre-open, ISO 8601, until which nobody is called about a rollback that stopped because its hosts were shut down after
 * the close; undefined: it stopped otherwise, or in session. `noted`: the pre-open until which they were shut down while it asked.
 */
export function offUntil(
  { sessionsOf }: ShutDownDeps,
  rollback: OfPhases,
  { problem, at, noted }: { readonly problem: string | null; readonly at: string; readonly noted?: string | undefined },
): string | undefined {
  if (problem !== null && noted !== undefined && noted > at) return noted;
  if (problem === null || !isEveryHostLost(problem)) return undefined;
  const until = shutDownUntil(
    phasesOf(rollback).map((phase) => sessionsOf?.(phase)),
    Date.parse(at),
  );
  return until === undefined ? undefined : new Date(until).toISOString();
}

/** Returns the problem of such a rollback with its reason, for people. */
export const withShutdown = (problem: string, until: string): string =>
  `${problem} The market is closed until ${until}, and the hosts were shut down for that time. Nobody is called before; then people are reminded of what is left to do.`;
