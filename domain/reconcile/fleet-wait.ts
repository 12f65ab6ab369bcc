import type { RollbackEvent } from '../history/event.ts';
import { type HeldFleet, howToFreeFleet } from './reconcile.ts';

/** The fleet that a rollback waits for, and the start of the wait (ISO 8601). */
type FleetWait = { readonly fleet: string; readonly since: string };

/** The rollback that holds the fleet's lock, with its status and ending. */
export type Holder = Pick<HeldFleet, 'rollback' | 'execution_arn' | 'phase' | 'status' | 'ending'> & {
  readonly taken_at: string;
};

/** Returns a rollback's wait for its fleet, from its events; null if it does not wait: it never did, has the fleet or ended. */
export function fleetWait(events: readonly RollbackEvent[]): FleetWait | null {
  const first = events.find(({ type }) => type === 'Waiting for the fleet');
  const over = events.some(({ type }) => type === 'Fleet taken' || type === 'Rollback closed');
  return first && !over ? { fleet: String(first.detail['fleet']), since: first.at } : null;
}

/**
 * Returns the lines that describe a wait: the holder, the next event, the deadline, and the commands for a person.
 *
 * `byHand`: a person started the waiting rollback. `holder` is null if the fleet has just become free.
 */
export function waitingLines(
  { fleet, since }: FleetWait,
  { deadline, byHand }: { readonly deadline: string | null; readonly byHand: boolean },
  holder: Holder | null,
): string[] {
  const begins = byHand
    ? ', and begins once it has the fleet.'
    : '. Once it has the fleet, it checks its alarms: if one is still red, it begins; if none is, it ends "Stood down".';
  return [
    `This rollback has waited for fleet ${fleet} since ${since}: ${holder ? holderSentence(holder) : 'the fleet was freed a moment ago'}.`,
    `It tries again every 5 to 30 s${begins}`, // statemachines/states/opening.ts, whileBusy
    `If the fleet is not free by its limit, ${deadline}, it ends "Needs a person"; no host has been touched.`,
    ...(holder ? [howToFreeFleet(holder)] : []),
  ];
}

function holderSentence({ rollback, phase, taken_at, status, ending }: Holder): string {
  const now = status === 'RUNNING' ? 'still runs' : `ended ${ending ? `"${ending}"` : status} without releasing it`;
  return `rollback ${rollback} of phase ${phase} has held it since ${taken_at}, and ${now} (docs/runbook.md#fleet-held)`;
}
