import type { RollbackEvent } from '../history/event.ts';
import { contradictions, isLinkOf, type Link } from '../history/link.ts';

/**
 * Returns how the events of a rollback contradict its own links, in a sentence; undefined if they do not, or if it has no
 * link. A history that was cut back to an earlier seal is whole in itself: only its links show the rest.
 */
export function contradictedByLinks(
  events: readonly RollbackEvent[],
  months: Readonly<Record<string, readonly Link[]>>,
): string | undefined {
  const rollback = events[0]?.rollback ?? '';
  const own = Object.values(months)
    .flat()
    .filter((link) => isLinkOf(link, rollback));
  if (own.length === 0) return undefined;
  const hashOf = (count: number) => events[count - 1]?.hash;
  return contradictions(own, [{ rollback, hashOf }])[0]?.says;
}
