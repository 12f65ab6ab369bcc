import type { RollbackRecord } from '../history/record.ts';
import type { Asked } from '../question/answer-rules.ts';
import { resolve } from '../question/resolution.ts';

/**
 * Whether a live rollback still answers an alarm that joins it: it acts and has not been confirmed, or its newest question
 * (`asked`) can still be answered. Any other is about to end or to decide, and an alarm that joined it would be nobody's.
 */
export function isJoinable(
  { ending, decided, restored_to }: Pick<RollbackRecord, 'ending' | 'decided' | 'restored_to'>,
  asked: Asked | undefined,
  now: number,
): boolean {
  if (ending !== null || restored_to !== null || decided === null) return false;
  if (decided.decision === 'act') return true;
  if (!decided.decision.startsWith('ask ') || !asked) return false;
  const resolution = resolve(asked.decisions, asked.question, now);
  if (resolution.state === 'decided') return resolution.outcome === 'rollback' || resolution.outcome === 'ask again';
  return resolution.state === 'open';
}
