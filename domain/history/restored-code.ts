import type { RollbackRecord } from './record.ts';

/** "only a, b move": a target that is named as a version need not be one of all the code. */
export function restoredCodeSentence(paths: readonly string[]): string {
  if (paths.length === 0) return 'no code moves, flags and state only';
  if (paths.includes('.')) return 'the whole tree moves';
  return `only ${paths.join(', ')} ${paths.length === 1 ? 'moves' : 'move'}`;
}

/** Whether the later phases that lie on what it restores are undone: by its tree's step, and where that is not known by its ending. */
export function laterPhasesUndone({
  also_undone,
  ending,
  restores,
  steps,
}: Pick<RollbackRecord, 'also_undone' | 'ending' | 'restores' | 'steps'>): 'yes' | 'no' | 'not yet' | 'perhaps' {
  if (also_undone.length === 0) return 'no';
  const by = restores?.by ?? [];
  const restoring = by.length > 0 ? steps.filter(({ step }) => by.includes(step)) : steps;
  if (restoring.length === 0) return ending === null ? 'not yet' : 'no';
  if (by.length > 0 && restoring.length === by.length && restoring.every(({ verdict }) => verdict === 'done'))
    return 'yes';
  if (ending === null) return 'not yet';
  return ending === 'Needs a person' ? 'perhaps' : 'yes';
}
