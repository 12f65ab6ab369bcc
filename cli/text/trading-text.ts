import { counted } from '../../domain/counted.ts';
import type { HaltResult } from '../../domain/trading/halt-result.ts';
import { type HostTrading, orderLines } from '../../domain/trading/orders.ts';
import { voidedText } from '../../domain/trading/trading-values.ts';

/** The number of hosts that fit a terminal; --json has all of them. */
const mostHosts = 40;

const theBroker = 'the broker or exchange';

/** Returns why a halt failed, with whom to call. */
export const haltFailedText = (problem: string, contact = theBroker): string =>
  `The halt failed: trading may go on. Call ${contact} (docs/runbook.md#halt-failed). ${problem}`;

/** Returns what a person does if nothing is known of the hosts for long. */
export const lateText = (contact = theBroker): string =>
  `It is not known yet which hosts confirmed: all may still trade. Call ${contact} now (docs/runbook.md#halt-not-confirmed). This command goes on.`;

/** The output of a state of the machine that halts. */
type SoFar = Partial<HaltResult> & { readonly waiting?: unknown };

type Look = {
  /** The instant at which the state ended, in milliseconds. */
  readonly ended: number;
  /** The text of the hosts that were named before; undefined: none was. */
  readonly named: string | undefined;
  readonly contact: string | undefined;
};

/** The seconds after which the machine names the hosts that did not confirm. */
const namedAfter = 25;

/**
 * Returns what a person reads after a state of the halt's machine has ended: how many hosts confirmed, and from 25 seconds on which did
 * not, again only if others do not. undefined: the state says nothing of hosts.
 */
export function haltProgress(
  state: string,
  output: unknown,
  { ended, named, contact = theBroker }: Look,
): { readonly text: string; readonly named?: string } | undefined {
  if (state === 'Send the halt to every host') {
    const { hosts = [] } = output as { readonly hosts?: readonly unknown[] };
    return { text: `The halt is sent to ${counted(hosts.length, 'host')}.` };
  }
  if (state !== 'Wait for every host') return undefined;
  const { hosts, confirmed, not_confirmed, waiting, at } = output as SoFar;
  if (!waiting || hosts === undefined || confirmed === undefined || !not_confirmed || !at) return undefined;
  const seconds = (ended - Date.parse(at)) / 1000;
  const soFar = `${confirmed} of ${counted(hosts, 'host')} confirmed after ${Math.round(seconds)} s.`;
  if (seconds < namedAfter || confirmed === hosts) return { text: soFar };
  const now = hostLines(not_confirmed, hosts - confirmed).join('\n');
  if (now === named) return { text: soFar, named };
  const call = `NOT CONFIRMED: these may still trade. Call ${contact} now (docs/runbook.md#halt-not-confirmed).`;
  return { text: `${soFar} ${call}\n${now}\nThis command goes on, for two minutes at most.`, named: now };
}

/** Returns a line per host that did not confirm; `left`: their number. */
function hostLines(not_confirmed: HaltResult['not_confirmed'], left: number): string[] {
  const shown = not_confirmed.slice(0, mostHosts);
  return [
    ...shown.map(({ host, reason }) => `  ${host.padEnd(12)} ${reason}`),
    ...(left > shown.length ? [`  and ${left - shown.length} more`] : []),
  ];
}

/** Returns what came of a halt, for people: the hosts that did not confirm first. */
export function haltText(
  result: HaltResult,
  { contact = theBroker }: { readonly contact?: string | undefined } = {},
): string {
  const { hosts, confirmed, not_confirmed, cancelled, unacknowledged, confirmed_within_seconds } = result;
  const left = hosts - confirmed;
  return [
    left === 0
      ? `Trading is halted on ${counted(hosts, 'host')}, within ${confirmed_within_seconds} s.`
      : `NOT CONFIRMED on ${left} of ${counted(hosts, 'host')}: these may still trade. Call ${contact} (docs/runbook.md#halt-not-confirmed).`,
    ...hostLines(not_confirmed, left),
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
  return `Trading resumed on ${counted(resumed.resumed.length, 'host')}${who}.`;
}
