import type { HaltResult } from '../../domain/trading/halt-result.ts';
import { type HostTrading, orderLines } from '../../domain/trading/orders.ts';
import { hostCount, voidedText } from '../../domain/trading/trading-values.ts';

/** The number of hosts that fit a terminal; --json has all of them. */
const mostHosts = 40;

const theBroker = 'the broker or exchange';

/** Returns why a halt failed, with whom to call. */
export const haltFailedText = (problem: string, contact = theBroker): string =>
  `The halt failed: trading may go on. Call ${contact} (docs/runbook.md#halt-failed). ${problem}`;

/** Returns what a person does while hosts have not confirmed for long. */
export const lateText = (contact = theBroker): string =>
  `Not every host has confirmed yet: these may still trade. Call ${contact} now (docs/runbook.md#halt-not-confirmed). The message to everybody names them; this command goes on.`;

/** Returns what came of a halt, for people: the hosts that did not confirm first. */
export function haltText(
  result: HaltResult,
  { mostNamed, contact = theBroker }: { readonly mostNamed: number; readonly contact?: string | undefined },
): string {
  const { hosts, confirmed, not_confirmed, cancelled, unacknowledged, confirmed_within_seconds } = result;
  const left = hosts - confirmed;
  const shown = not_confirmed.slice(0, Math.min(mostHosts, mostNamed));
  return [
    left === 0
      ? `Trading is halted on ${hostCount(hosts)}, within ${confirmed_within_seconds} s.`
      : `NOT CONFIRMED on ${left} of ${hostCount(hosts)}: these may still trade. Call ${contact} (docs/runbook.md#halt-not-confirmed).`,
    ...shown.map(({ host, reason }) => `  ${host.padEnd(12)} ${reason}`),
    ...(left > shown.length ? [`  and ${left - shown.length} more`] : []),
    ...(cancelled === undefined ? [] : [`${cancelled} open orders were cancelled.`]),
    ...Object.entries(unacknowledged).map(
      ([host, count]) => `  ${host.padEnd(12)} ${count} orders that the broker has not acknowledged`,
    ),
    'Trading resumes only by: npm run rollback -- resume --operator YOU --reason WHY',
  ].join('\n');
}

/** Returns the figures of each host, the halted ones first. */
export const ordersText = (hosts: readonly HostTrading[]): string =>
  [
    ...orderLines(hosts)
      .slice(0, mostHosts)
      .map((line) => `  ${line}`),
    ...(hosts.length > mostHosts ? [`  and ${hosts.length - mostHosts} more: add --json`] : []),
  ].join('\n');

/** Returns what came of a request to resume that was not refused. */
export function resumedText(
  resumed: { readonly resumed: readonly string[]; readonly approved_by: readonly string[] } | undefined,
  { missing, voided = [] }: { readonly missing: number; readonly voided?: readonly string[] },
): string {
  if (!resumed)
    return `Asked. Nothing is resumed yet: ${missing} more ${missing === 1 ? 'person' : 'people'} must ask within 30 minutes, with credentials of their own.${voidedText(voided)}`;
  const who = resumed.approved_by.length > 0 ? `, approved by ${resumed.approved_by.join(' and ')}` : '';
  return `Trading resumed on ${hostCount(resumed.resumed.length)}${who}.`;
}
