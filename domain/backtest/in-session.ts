import { isExpectedSilence, silenceCountsFrom } from '../calendar/expected-silence.ts';
import type { Sessions } from '../calendar/sessions.ts';
import type { Change } from './changes.ts';

/**
 * Returns the changes of a phase's alarms as the product handles them, in the order of time: silence while the market is closed
 * is none, unless it lasts into the session. It then begins five minutes after the pre-open. `end`: the end of the known past.
 */
export function inSession(changes: readonly Change[], calendar: Sessions | undefined, end: number): Change[] {
  if (!calendar) return [...changes];
  const kept = changes.flatMap((change, i) => {
    if (change.state === 'OK' || change.breach !== null) return [change];
    const next = changes.slice(i + 1).find((later) => later.watched === change.watched);
    const at = new Date(change.at).toISOString();
    if (isExpectedSilence(calendar, at, next?.at ?? end)) return [];
    return [{ ...change, at: silenceCountsFrom(calendar, change.at) }];
  });
  return kept.toSorted((a, b) => a.at - b.at);
}
