import type { Ending } from '../ending.ts';
import type { RollbackEvent } from './event.ts';

/**
 * Returns the ending that a rollback had reached when its last look confirmed the recovery, and that only had to be
 * written; undefined if the recovery was not confirmed.
 */
export function confirmedEnding(
  events: readonly RollbackEvent[],
): { readonly ending: Ending; readonly problem: string | null } | undefined {
  const last = events.findLast(({ type }) => type === 'Recovery confirmed' || type === 'Recovery not confirmed');
  if (last?.type !== 'Recovery confirmed') return undefined;
  const ending = last.detail['verdict'] === 'PASS' ? 'Rolled back' : 'Rolled back, unverified';
  return { ending, problem: (last.detail['problem'] ?? null) as string | null };
}
