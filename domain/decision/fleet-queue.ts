import { lowestOf, type OfPhases, shareAPhase } from '../phases.ts';
import { type Severity, severities } from '../severity.ts';

/** A rollback that waits for a fleet. */
export type Waiter = {
  readonly rollback: string;
  readonly execution_arn: string;
  readonly phase: number;
  /** The phases of a rollback of several; absent: `phase` alone. */
  readonly phases?: readonly number[];
  readonly severity: Severity;
  /** ISO 8601: the deployment that the rollback undoes; null: none is on record. */
  readonly deployed: string | null;
  /** ISO 8601: the rollback's start_time. */
  readonly opened: string;
  /**
   * The part of the rollback that is left. `all`: it has not begun. `whole`: only steps that judge the whole host.
   * `person`: it ended *Needs a person* while another rollback held the fleet; the fleet is kept for it next.
   */
  readonly part: 'all' | 'whole' | 'person';
  /** A command of this rollback may have reached a host. */
  readonly touched: boolean;
  /** ISO 8601: the wait ends here. */
  readonly until: string;
  /** The incident that this rollback belongs to: the id of the rollback that took the fleet first. */
  readonly incident: string;
  /** The phases that earlier holders of the fleet rolled back in this incident. */
  readonly acted: readonly number[];
};

type Ranked = Pick<Waiter, 'rollback' | 'severity' | 'deployed' | 'opened'>;

/** Compares two waiters: the worse severity first, then the newer deployment, then the older rollback. */
export const queueOrder = (a: Ranked, b: Ranked): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  instant(b.deployed) - instant(a.deployed) ||
  instant(a.opened) - instant(b.opened) ||
  (a.rollback < b.rollback ? -1 : 1); // equal in everything: any order will do if it is always the same

/** A phase without a deployment on record comes after every phase with one. */
const instant = (at: string | null) => (at === null ? 0 : Date.parse(at));

/**
 * Returns the waiter that takes a free fleet next; undefined if none may.
 *
 * `whole` parts come last, because they judge what the others repair. A rollback that has not begun waits for the `whole`
 * part of an earlier rollback of its phase, which acts on some of its hosts. Nobody takes a fleet that a person must release.
 */
export function nextInQueue(waiters: readonly Waiter[], now: number): Waiter | undefined {
  if (waiters.some(({ part }) => part === 'person')) return undefined;
  // A `whole` part past its time still counts: its hosts are half rolled back, and its ending keeps the fleet for a person.
  const whole = waiters.filter(({ part }) => part === 'whole');
  const begin = waiters.filter((one) => mayBegin(one, now) && !whole.some((other) => shareAPhase(other, one)));
  return [...begin].sort(queueOrder)[0] ?? [...whole].sort(queueOrder)[0];
}

/** A waiter past its time is about to end, or its execution has died; it holds up nobody. */
const waitsToAct = ({ part, until }: Waiter, now: number) => part !== 'person' && Date.parse(until) > now;
const mayBegin = (one: Waiter, now: number) => one.part === 'all' && waitsToAct(one, now);

/**
 * Returns the waiters that a rollback lets act before its steps that judge the whole host: those of other phases that have
 * not begun. Until each has undone its own part, no host can be healthy.
 */
export const actFirst = (
  waiters: readonly Waiter[],
  acting: Pick<Waiter, 'rollback' | 'phase' | 'phases'>,
  now: number,
): Waiter[] =>
  waiters.filter((one) => one.rollback !== acting.rollback && !shareAPhase(one, acting) && mayBegin(one, now));

/** Returns a rollback that acts, as the queue of its fleet knows it. */
export const actingOf = ({ id, ...of }: OfPhases & { readonly id: string }) => ({ rollback: id, ...lowestOf(of) });

/** Returns the phases that an incident has acted on, once a further holder of the fleet is known. */
export const actedWith = (acted: readonly number[], phase: number): number[] =>
  [...new Set([...acted, phase])].toSorted((a, b) => a - b);

/**
 * Returns the CRITICAL rollback that has waited longest for the fleet; undefined if none waits. One that lets others act counts
 * too: its hosts are half rolled back, and its limit does not wait.
 */
export const criticalWaiter = (waiters: readonly Waiter[], rollback: string, now: number): Waiter | undefined =>
  waiters
    .filter((one) => one.rollback !== rollback && one.severity === 'CRITICAL' && waitsToAct(one, now))
    .toSorted((a, b) => Date.parse(a.opened) - Date.parse(b.opened))[0];
