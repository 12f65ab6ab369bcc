import { mustPublish } from '../calendar/expected-silence.ts';
import type { SessionsOf } from '../calendar/sessions.ts';
import type { FleetHost } from '../host/inventory.ts';
import { hostLineIds } from './host-lines.ts';
import { alarms, type LineId, type Readiness } from './readiness.ts';

/** The market of the checked phases. `shut`: it is closed, and every host is shut down, so nobody can answer. */
export type MarketOfCheck = 'no calendar' | 'open' | 'shut';

export function marketOfCheck(
  phases: readonly number[],
  {
    sessionsOf,
    hosts,
    now,
  }: { readonly sessionsOf: SessionsOf; readonly hosts: readonly FleetHost[]; readonly now: number },
): MarketOfCheck {
  if (phases.every((phase) => sessionsOf(phase) === undefined)) return 'no calendar';
  const isClosed = phases.every((phase) => !mustPublish(sessionsOf(phase), now));
  return isClosed && hosts.every(({ online }) => !online) ? 'shut' : 'open';
}

const day = 24 * 3600_000;

/**
 * Returns whether a check uses the hosts' last answers. Hosts that are shut down are not asked: their silence would stay stored
 * as their answer through the next session. The first light check of the session that finds a day-old answer asks them.
 */
export function isLight(
  asked: { readonly light: boolean },
  market: MarketOfCheck,
  { before, now }: { readonly before: Pick<Readiness, 'asked_at'> | undefined; readonly now: number },
): boolean {
  if (market === 'shut') return true;
  const age = before?.asked_at ? now - Date.parse(before.asked_at) : 0;
  return asked.light && !(market === 'open' && age > day);
}

/** The lines that hosts which are shut down cannot answer. */
const ofHosts: readonly LineId[] = [...hostLineIds, 'agents', 'alarms'];

/** Returns whether a check counts for the alarm. While hosts are shut down, what depends on them counts once they are back. */
export const countsFor = (market: MarketOfCheck, { lines }: Pick<Readiness, 'lines'>): boolean =>
  alarms({ lines: market === 'shut' ? lines.filter(({ id }) => !ofHosts.includes(id)) : lines });
