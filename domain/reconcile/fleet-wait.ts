import type { RollbackEvent } from '../history/event.ts';
import { type HeldFleet, howToFreeFleet } from './reconcile.ts';

/** A rollback that waits for its fleet: which, and since when (ISO 8601). */
type FleetWait = { readonly fleet: string; readonly since: string };

/** Who holds the fleet now, as the lock has it, and what became of that one. */
export type Holder = Pick<HeldFleet, 'rollback' | 'execution_arn' | 'phase' | 'status' | 'ending'> & {
  readonly taken_at: string;
};

/** What a rollback's history says of its waiting; null before, and once it has the fleet or has ended. */
export function fleetWait(events: readonly RollbackEvent[]): FleetWait | null {
  const first = events.find(({ type }) => type === 'Waiting for the fleet');
  const over = events.some(({ type }) => type === 'Fleet taken' || type === 'Rollback closed');
  return first && !over ? { fleet: String(first.detail['fleet']), since: first.at } : null;
}

/** Who holds the fleet, what happens next, until when it waits, and what a person can do about it. */
export function waitingLines(
  { fleet, since }: FleetWait,
  { deadline, byHand }: { readonly deadline: string | null; readonly byHand: boolean },
  holder: Holder | null,
): string[] {
  const begins = byHand
    ? ', and begins once it has the fleet.'
    : '. Once it has the fleet it looks at its alarms: still red, it begins; green again, it ends "Stood down".';
  return [
    `It has waited for fleet ${fleet} since ${since}: ${holder ? held(holder) : 'it was freed a moment ago'}.`,
    `It tries again every 5 to 30 s${begins}`, // statemachines/states/opening.ts, whileBusy
    `If the fleet is not free by ${deadline}, its limit, it ends "Needs a person"; no host has been touched.`,
    ...(holder ? [howToFreeFleet(holder)] : []),
  ];
}

function held({ rollback, phase, taken_at, status, ending }: Holder): string {
  const now = status === 'RUNNING' ? 'still runs' : `ended ${ending ? `"${ending}"` : status} without releasing it`;
  return `rollback ${rollback} of phase ${phase} has held it since ${taken_at}, and ${now} (docs/runbook.md#fleet-held)`;
}
