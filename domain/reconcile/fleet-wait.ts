import type { RollbackEvent } from '../history/event.ts';
import { phaseWords } from '../phases.ts';
import { howToAnswer, howToFreeFleet } from './free-the-fleet.ts';
import type { HeldFleet } from './observation.ts';

/** The fleet that a rollback waits for, the start of the wait (ISO 8601), and the number of holders that it has waited for, at least 1. `lent`: it lets others act. */
type FleetWait = {
  readonly fleet: string;
  readonly since: string;
  readonly holders: number;
  readonly lent: boolean;
};

/** The rollback that holds the fleet's lock, with its status and ending. */
export type Holder = Pick<HeldFleet, 'rollback' | 'execution_arn' | 'phase' | 'phases' | 'status' | 'ending'> & {
  readonly taken_at: string;
  /** ISO 8601: until then it waits for an operator, because it could not continue by itself; absent: it does not wait so. */
  readonly handsOverUntil?: string | undefined;
};

/**
 * Returns a rollback's wait for its fleet, from its events; null if it does not wait: it never did, has the fleet or ended.
 * A rollback that has the fleet waits again once it lets others act.
 */
export function fleetWait(events: readonly RollbackEvent[]): FleetWait | null {
  if (events.some(({ type }) => type === 'Rollback closed')) return null;
  const waits = events.slice(events.findLastIndex(({ type }) => type === 'Fleet taken') + 1).filter(isWait);
  const [first] = waits;
  if (!first) return null;
  const fleet = String(first.detail['fleet']);
  // Of all its waits: the page about a holder of this wait must not have the name of one that was sent in an earlier wait.
  const holders = Math.max(1, events.filter(isBehindAHolder).length);
  return { fleet, since: first.at, holders, lent: first.type === 'Fleet lent' };
}

const isBehindAHolder = ({ type }: RollbackEvent) => type === 'Waiting for the fleet';
const isWait = (event: RollbackEvent) => isBehindAHolder(event) || event.type === 'Fleet lent';

/**
 * Returns the lines that describe a wait: the holder, the next event, the deadline, and the commands for a person.
 *
 * `byHand`: a person started the waiting rollback. `holder` is null if the fleet has just become free.
 */
export function waitingLines(
  wait: Omit<FleetWait, 'holders'>,
  { deadline, byHand }: { readonly deadline: string | null; readonly byHand: boolean },
  holder: Holder | null,
): string[] {
  const held = holder ? holderSentence(holder) : 'the fleet was freed a moment ago';
  const lines = wait.lent ? lentLines(wait, deadline, held) : untouchedLines(wait, { deadline, byHand }, held);
  return [...lines, ...(holder ? [howToEnd(holder)] : [])];
}

const howToEnd = (holder: Holder): string =>
  holder.status === 'RUNNING' && holder.handsOverUntil
    ? howToAnswer(holder, holder.handsOverUntil)
    : howToFreeFleet(holder);

const everyTry = 'It tries again every 5 to 30 s'; // statemachines/states/opening.ts, whileBusy

/** The lines about a rollback that has not had the fleet yet. */
function untouchedLines(
  { fleet, since }: Pick<FleetWait, 'fleet' | 'since'>,
  { deadline, byHand }: { readonly deadline: string | null; readonly byHand: boolean },
  held: string,
): string[] {
  const begins = byHand
    ? ', and begins once it has the fleet.'
    : '. Once it has the fleet, it checks its alarms: if one is still red, it begins; if none is, it ends "Stood down".';
  return [
    `This rollback has waited for fleet ${fleet} since ${since}: ${held}.`,
    `The worst severity is served first, then the newest deployment. ${everyTry}${begins}`,
    `If the fleet is not free by its limit, ${deadline}, it ends "Needs a person"; no host has been touched.`,
  ];
}

/** The lines about a rollback that has done its first steps and lets rollbacks of other phases act. */
const lentLines = ({ fleet, since }: Pick<FleetWait, 'fleet' | 'since'>, deadline: string | null, held: string) => [
  `This rollback has done its first steps, and has let rollbacks of other phases act on fleet ${fleet} since ${since}: ${held}.`,
  `Once they have done their own steps, it takes the fleet again and continues. ${everyTry}.`,
  `If it does not have the fleet again by its limit, ${deadline}, it ends "Needs a person": its hosts are half rolled back, so the fleet is then kept for it until a person releases it.`,
];

function holderSentence({ rollback, taken_at, status, ending, handsOverUntil, ...holder }: Holder): string {
  const runs = handsOverUntil ? 'waits for an operator' : 'still runs';
  const now = status === 'RUNNING' ? runs : `ended ${ending ? `"${ending}"` : status} without releasing it`;
  return `rollback ${rollback} of ${phaseWords(holder)} has held it since ${taken_at}, and ${now} (docs/runbook.md#fleet-held)`;
}
