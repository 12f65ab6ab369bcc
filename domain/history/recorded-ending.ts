import type { Ending } from '../ending.ts';
import type { RollbackEvent } from './event.ts';

/** Returns the ending that a rollback's history has; undefined if it has none. `at`: ISO 8601. */
export function recordedEnding(
  events: readonly RollbackEvent[],
): { readonly ending: Ending; readonly problem: string | null; readonly at: string } | undefined {
  const closed = events.find(({ type }) => type === 'Rollback closed');
  if (!closed) return undefined;
  const { ending, problem = null } = closed.detail as { readonly ending: Ending; readonly problem?: string | null };
  return { ending, problem, at: closed.at };
}
