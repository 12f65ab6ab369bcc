import * as z from 'zod';
import type { HostVerdict } from '../host/host-verdict.ts';
import type { TradingRules } from '../infra/trading.ts';

/** The figures by which the environment decides whether trading may resume on a host. */
export const orderFigures = ['open_orders', 'unacknowledged_orders', 'position_breaks', 'sequence_gaps'] as const;

/** INCONCLUSIVE: the customer's script says null. unknown: it could not be read. Neither is ever 0. */
const figure = z.union([z.int().min(0), z.literal('INCONCLUSIVE'), z.literal('unknown')]).catch('unknown');
export type Orders = Readonly<Record<(typeof orderFigures)[number], z.infer<typeof figure>>>;

const reportSchema = z.object({
  halt: z.string().nullable(),
  confirmed: z.boolean().optional(),
  orders: z.object({
    open_orders: figure,
    unacknowledged_orders: figure,
    position_breaks: figure,
    sequence_gaps: figure,
  }),
  why: z.string().optional(),
});

/** A host's halt and orders, before it may resume. */
export type HostTrading = {
  readonly host: string;
  /** The halt that keeps it halted; null: none of ours. undefined: the host did not answer. */
  readonly halt: string | null | undefined;
  readonly confirmed: boolean;
  readonly orders: Orders;
  /** Why the host did not answer, or why its figures are unknown. Absent: nothing is missing. */
  readonly why?: string;
};

const unknownOrders = Object.fromEntries(orderFigures.map((name) => [name, 'unknown'])) as Orders;

/** Returns what a host reported. A host without a readable report knows nothing. */
export function hostTrading({ host, verdict, reason, report }: HostVerdict): HostTrading {
  const parsed = verdict === 'done' ? reportSchema.safeParse(report) : undefined;
  if (!parsed?.success) {
    const why = reason ?? (verdict === 'done' ? 'its report cannot be read' : 'no answer');
    return { host: host.name, halt: undefined, confirmed: false, orders: unknownOrders, why };
  }
  const { halt, confirmed = false, orders, why } = parsed.data;
  return { host: host.name, halt, confirmed, orders, ...(why === undefined ? {} : { why }) };
}

/** Returns why trading must not resume, one sentence per host and reason; none: it may. Hosts that no halt holds are left out. */
export function whyNotResumed(hosts: readonly HostTrading[], allowed: TradingRules['allowed']): string[] {
  return hosts.flatMap(({ host, halt, confirmed, orders, why }) => {
    if (halt === null) return [];
    if (halt === undefined) return [`${host}: its orders are unknown (${why ?? 'no answer'})`];
    if (!confirmed) return [`${host}: the halt ${halt} has not confirmed there`];
    return orderFigures
      .filter((name) => typeof orders[name] !== 'number' || orders[name] > allowed[name])
      .map(
        (name) =>
          `${host}: ${name} is ${orders[name]}, allowed ${allowed[name]}${why === undefined ? '' : ` (${why})`}`,
      );
  });
}

/** Returns why there is nothing to resume; undefined: a host is halted, or did not say. */
export const nothingHalted = (hosts: readonly HostTrading[]): string | undefined =>
  hosts.every(({ halt }) => halt === null)
    ? 'There is nothing to resume: no host is halted by `rollback halt`. If a step of a rollback stopped trading, answer the question of that rollback: `rollback decide retry`.'
    : undefined;

/** Returns the halts that keep hosts halted. */
export const haltsOf = (hosts: readonly HostTrading[]): string[] =>
  [...new Set(hosts.flatMap(({ halt }) => halt ?? []))].toSorted();

/** Returns one line per host for people: "host-1: open_orders 2, unacknowledged_orders 0, …". Hosts that are not halted come last. */
export const orderLines = (hosts: readonly HostTrading[]): string[] =>
  hosts
    .toSorted((a, b) => Number(a.halt === null) - Number(b.halt === null))
    .map(
      ({ host, halt, orders, why }) =>
        `${host}: ${orderFigures.map((name) => `${name} ${orders[name]}`).join(', ')}${halt === null ? '; not halted' : ''}${why === undefined ? '' : `; ${why}`}`,
    );
