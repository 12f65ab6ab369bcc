import type { RollbackRecord } from '../history/record.ts';
import { isWorse } from '../severity.ts';

/**
 * Orders rollbacks by urgency for a person: the worst severity first; of one severity first those that ask or hold the fleet
 * without running, because nothing happens there without a person; then the oldest.
 */
export function byUrgency(one: RollbackRecord, other: RollbackRecord): number {
  if (isWorse(one.severity, other.severity)) return -1;
  if (isWorse(other.severity, one.severity)) return 1;
  const needed = Number(needsAPerson(other)) - Number(needsAPerson(one));
  return needed || Date.parse(one.start_time) - Date.parse(other.start_time);
}

const needsAPerson = ({ ending, questions }: RollbackRecord) =>
  ending !== null || questions.some(({ outcome }) => outcome === null);
