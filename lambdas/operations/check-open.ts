import { RollbackOver } from '../../domain/errors.ts';
import { environmentWords } from '../../domain/message/execution-place.ts';
import { type OfPhases, phaseOptions, phaseWords } from '../../domain/phases.ts';
import { yourName } from '../../domain/placeholder.ts';
import type { Endings, ReachedEnding } from '../stores/endings.ts';
import { isIdle } from './end-without-acting.ts';

type Open = OfPhases & { readonly id: string; readonly execution_arn?: string };

/**
 * Throws RollbackOver if the rollback has ended: its execution was redriven after that, or one of its functions outlived
 * it. Hosts may have changed, another rollback may hold the fleet, and the record says that nothing more happens.
 */
export async function checkOpen({ endings }: { readonly endings: Endings }, rollback: Open): Promise<void> {
  const ended = await endings.read(rollback.id);
  if (ended) throw rollbackOver(rollback, ended);
}

/** The same, except for an ending that touched no host: a repeat returns that ending once more. */
export async function checkNotActed({ endings }: { readonly endings: Endings }, rollback: Open): Promise<void> {
  const ended = await endings.read(rollback.id);
  if (ended && !isIdle(ended.ending)) throw rollbackOver(rollback, ended);
}

/** The error of an execution whose rollback has ended, with the way to a fresh one. */
export const rollbackOver = (
  { id, phase, phases, execution_arn = '' }: Open,
  { ending, at }: Pick<ReachedEnding, 'ending' | 'at'>,
) =>
  new RollbackOver(
    `Rollback ${id} ended "${ending}" at ${at}, so its execution is not resumed and did nothing; to roll ${phaseWords({ phase, phases })} back, start a fresh one: npm run rollback -- start ${phaseOptions({ phase, phases })} --operator "${yourName}"${environmentWords(execution_arn)}`,
  );
