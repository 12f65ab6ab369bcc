import type { RollbackRecord } from '../history/record.ts';
import type { Asked } from '../question/answer-rules.ts';
import { resolve } from '../question/resolution.ts';

/**
 * Returns whether an alarm can join a live rollback.
 *
 * An alarm can join while the rollback acts and recovery is not confirmed, or while its newest question (`asked`) can still
 * be answered. Any other rollback is about to end or decide, so it would not act on an alarm that joined it.
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
