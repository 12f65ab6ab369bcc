import type { RollbackRecord } from './record.ts';

/** Returns the part of the code that a rollback restores, in words: a target version need not cover the whole tree. */
export function restoredCodeSentence(paths: readonly string[]): string {
  if (paths.length === 0) return 'no code is restored, only flags and state';
  if (paths.includes('.')) return 'the whole tree is restored';
  return `only ${paths.join(', ')} ${paths.length === 1 ? 'is' : 'are'} restored`;
}

/**
 * Returns whether the later phases that lie on the restored code are undone.
 *
 * The verdicts of the restoring steps decide; if the record does not name these steps, its ending decides.
 */
export function laterPhasesUndone({
  also_undone,
  ending,
  restores,
  steps,
  begins_at,
}: Pick<RollbackRecord, 'also_undone' | 'ending' | 'restores' | 'steps'> & Partial<Pick<RollbackRecord, 'begins_at'>>):
  | 'yes'
  | 'no'
  | 'not yet'
  | 'perhaps' {
  if (also_undone.length === 0) return 'no';
  if (begins_at?.code_at_target !== undefined) return 'yes'; // an earlier rollback restored it
  const by = restores?.by ?? [];
  const restoring = by.length > 0 ? steps.filter(({ step }) => by.includes(step)) : steps;
  if (restoring.length === 0) return ending === null ? 'not yet' : 'no';
  if (by.length > 0 && restoring.length === by.length && restoring.every(({ verdict }) => verdict === 'done'))
    return 'yes';
  if (ending === null) return 'not yet';
  return ending === 'Needs a person' ? 'perhaps' : 'yes';
}
