import { listed } from '../listed.ts';
import { type OfPhases, phasesOf, phaseWords } from '../phases.ts';
import type { Confirmation } from './confirmation.ts';

/** A host on which a rollback acted, and which is owed the rollback of another phase. */
export type OwedElsewhere = {
  readonly name: string;
  readonly phase: number;
  /** A person left the host out of that rollback, so only a person rolls it back. Absent: it was away, and Reconcile does. */
  readonly left_out?: true;
};

/** Another open rollback of the fleet, with all of its phases. */
type Open = OfPhases & { readonly rollback: string };

/** Hosts that only a person rolls back, with the phases of which each is owed a rollback, the latest first. */
export type OwedByAPerson = { readonly phases: readonly number[]; readonly hosts: readonly string[] };

type Judged = Pick<Confirmation, 'verdict' | 'problem'>;

/**
 * Returns a verdict on a rollback together with the hosts that are still owed the rollback of another phase. Such a host is at the
 * target of this rollback, and may run the bad version of the other phase: no check of this rollback looks at that.
 *
 * UNVERIFIED if only a person rolls one of them back. If another open rollback does, or Reconcile once the host is online, the
 * problem names it, and the verdict stays. A verdict that is bad anyway stays, and names them too: they may be the cause.
 */
export function withOwedElsewhere(
  { verdict, problem }: Judged,
  owed: readonly OwedElsewhere[],
  open: readonly Open[],
): Judged & { readonly owed: readonly OwedByAPerson[] } {
  const openOf = (phase: number) => open.find((one) => phasesOf(one).includes(phase));
  const left = owed.filter(({ phase }) => openOf(phase));
  const others = owed.filter(({ phase }) => !openOf(phase));
  const byAPerson = grouped(others.filter(({ left_out }) => left_out));
  const byItself = grouped(others.filter(({ left_out }) => !left_out));
  const says = [
    ...(problem === null ? [] : [problem]),
    ...byAPerson.map(
      (group) => `${stillIn(group)}, because a person left ${them(group)} out there: ${namesOf(group)}.`,
    ),
    ...byItself.map((group) => `${stillIn(group)}, which follows by itself: ${namesOf(group)}.`),
    ...open.flatMap((one) =>
      grouped(left.filter(({ phase }) => openOf(phase) === one)).map(
        (group) => `${stillIn(group)}, which is left to rollback ${one.rollback}: ${namesOf(group)}.`,
      ),
    ),
  ].join(' ');
  const isUnverified = verdict === 'PASS' && byAPerson.length > 0;
  return { verdict: isUnverified ? 'UNVERIFIED' : verdict, problem: says === '' ? null : says, owed: byAPerson };
}

/** Groups hosts by the phases of which they are owed a rollback. */
function grouped(owed: readonly OwedElsewhere[]): OwedByAPerson[] {
  const phases = Map.groupBy(owed, ({ name }) => name);
  const hosts = Map.groupBy(phases.keys(), (name) =>
    (phases.get(name) ?? [])
      .map(({ phase }) => phase)
      .toSorted((a, b) => b - a)
      .join(),
  );
  return [...hosts].map(([joined, names]) => ({ phases: joined.split(',').map(Number), hosts: names.toSorted() }));
}

const stillIn = ({ phases }: OwedByAPerson) =>
  `Still to be rolled back in ${phaseWords({ phase: phases.at(-1) ?? 0, phases })}`;
const them = ({ hosts }: OwedByAPerson) => (hosts.length === 1 ? 'it' : 'them');
const namesOf = ({ hosts }: OwedByAPerson) => listed(hosts.slice(0, 20), hosts.length);
