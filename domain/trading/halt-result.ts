import type { HostVerdict } from '../host/host-verdict.ts';

/** A host that did not confirm a halt, and why. */
export type NotConfirmed = { readonly host: string; readonly reason: string };

/** The result of a halt. */
export type HaltResult = {
  readonly halt: string;
  readonly operator: string;
  readonly reason: string;
  readonly at: string;
  /** The execution. */
  readonly by: string;
  readonly hosts: number;
  readonly confirmed: number;
  /** null: no host confirmed. */
  readonly confirmed_within_seconds: number | null;
  /** At most `mostNamed`; `hosts` minus `confirmed` is their number. */
  readonly not_confirmed: readonly NotConfirmed[];
  /** The names of the others that did not confirm, without a reason: whoever resumes must know each. Absent: `not_confirmed` has all. */
  readonly also_not_confirmed?: readonly string[];
  /** The open orders that the scripts cancelled, if all scripts say so. Absent: not all do. */
  readonly cancelled?: number;
  /** The orders that the broker has not acknowledged, by host; at most `mostNamed` hosts. */
  readonly unacknowledged: Readonly<Record<string, number>>;
};

/** The most hosts that are named: the output of a state has at most 256 KB, and a person reads no more. */
export const mostNamed = 50;

/** Returns the hosts that have not confirmed, each with the reason. */
export const notConfirmed = (verdicts: readonly HostVerdict[]): NotConfirmed[] =>
  verdicts
    .filter(({ verdict }) => verdict !== 'done')
    .map(({ host, reason }) => ({ host: host.name, reason: (reason ?? 'no answer yet').slice(0, 300) }));

/** Returns what the scripts said of orders, as far as they said it. */
export function ordersSaid(
  verdicts: readonly Pick<HostVerdict, 'host' | 'report'>[],
): Pick<HaltResult, 'cancelled' | 'unacknowledged'> {
  const said = verdicts.map(({ host, report }) => ({ host, printed: (report?.['printed'] ?? {}) as Printed }));
  const cancelled = said.map(({ printed }) => printed.cancelled);
  const left = said.flatMap(({ host, printed: { unacknowledged_orders: count } }) =>
    typeof count === 'number' && count > 0 ? [[host.name, count] as const] : [],
  );
  return {
    ...(said.length > 0 && cancelled.every((one) => typeof one === 'number')
      ? { cancelled: cancelled.reduce((sum: number, one) => sum + Number(one), 0) }
      : {}),
    unacknowledged: Object.fromEntries(left.slice(0, mostNamed)),
  };
}

type Printed = { readonly cancelled?: unknown; readonly unacknowledged_orders?: unknown };
