import { isOpen, nextOpen, type Sessions } from './sessions.ts';

/**
 * Returns the next pre-open, in epoch milliseconds, if the market of every phase is closed at an instant: hosts may be shut down until
 * then. undefined: a market is open, or a phase has no calendar.
 */
export function shutDownUntil(calendars: readonly (Sessions | undefined)[], at: number): number | undefined {
  if (calendars.length === 0 || calendars.some((one) => isOpen(one, at))) return undefined;
  return Math.min(...calendars.map((one) => nextOpen(one, at)));
}

/**
 * Returns whether no host of the fleet runs, as its inventory shows. Without EC2's list (`complete`) or without any host that is not
 * known, and counts as no.
 */
export const isEveryHostOff = ({
  hosts,
  complete,
}: {
  readonly hosts: readonly { readonly online: boolean }[];
  readonly complete: boolean;
}): boolean => complete && hosts.length > 0 && hosts.every(({ online }) => !online);
