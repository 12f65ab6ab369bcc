import { counted } from '../counted.ts';
import type { HaltResult, NotConfirmed } from './halt-result.ts';

/** Returns why earlier requests to resume do not count any more: a blank and a sentence; empty: all count. */
export const voidedText = (voided: readonly string[]): string =>
  voided.length === 0
    ? ''
    : ` A rollback took the fleet since ${voided.join(' and ')} asked, so that no longer counts: look at the orders and ask again.`;

/** The placeholders of the messages about halts and resumes. */
export const tradingWords = [
  ...['trading_operator', 'trading_reason', 'trading_hosts', 'trading_all', 'trading_contact', 'trading_problem'],
  ...['not_confirmed', 'orders_left', 'halt_id', 'trading_execution', 'approved_by', 'trading_command'],
] as const;
type Values = Readonly<Partial<Record<(typeof tradingWords)[number], string | number>>>;

/** The hosts that one message names. */
const mostShown = 20;

/** Returns hosts line by line, each with its reason: "host-2: Undeliverable". */
export function hostLines(hosts: readonly NotConfirmed[], count = hosts.length): string {
  const shown = hosts.slice(0, mostShown).map(({ host, reason }) => `${host}: ${reason}`);
  return [...shown, ...(count > shown.length ? [`and ${count - shown.length} more`] : [])].join('\n');
}

/** Returns the values of the messages about a halt. */
export function haltValues(halt: Omit<HaltResult, 'confirmed_within_seconds'>): Values {
  const left = Object.entries(halt.unacknowledged).map(([host, count]) => `${host}: ${count} not acknowledged`);
  const cancelled = halt.cancelled === undefined ? [] : [`${halt.cancelled} open orders were cancelled.`];
  return {
    trading_operator: halt.operator,
    trading_reason: halt.reason,
    trading_hosts: `${halt.confirmed} of ${counted(halt.hosts, 'host')}`,
    trading_all: counted(halt.hosts, 'host'),
    not_confirmed: hostLines(halt.not_confirmed, halt.hosts - halt.confirmed),
    orders_left: [...cancelled, ...left].join('\n') || 'The scripts say nothing of orders.',
    halt_id: halt.halt,
    trading_execution: halt.by,
  };
}
