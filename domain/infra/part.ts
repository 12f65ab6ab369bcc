import type { Runbook } from './runbook.ts';

/**
 * One phase's runbook as a part of a rollback of several phases. Its steps carry the phase in their names, so their ids,
 * their places on hosts and their states in the console differ from those of the other parts.
 */
export type Part = Runbook & { readonly part: true };

/** Returns the name of a step, or of a state, of one phase's part: "Phase 4 - Clear state". */
export const partName = (phase: number, name: string): string => `Phase ${phase} - ${name}`;

/** Returns the id of a part's own check, such as `phase-4-confirm-recovery`. */
export const partId = (phase: number, id: string): string => `phase-${phase}-${id}`;

/** Returns a runbook as a part of a rollback of several phases. */
export const partOf = (runbook: Runbook): Part => ({
  ...runbook,
  part: true,
  steps: runbook.steps.map((step) => ({ ...step, name: partName(runbook.phase, step.name) })),
});

/** A path is restored again if a later part restores it, a folder above it, or something in it. */
export const overlap = (one: string, other: string): boolean =>
  one === '.' || other === '.' || one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);

type RestoredCode = {
  readonly paths: readonly string[];
  readonly copies: readonly Runbook['target']['copies'][number][];
};

/**
 * Returns the paths and copies of a part that no part after it restores to another version. Only these can still be at its
 * target when all parts are done: an earlier phase's target is older.
 */
export function judgedPaths({ paths, copies }: RestoredCode, later: readonly (readonly string[])[]): RestoredCode {
  const isLeft = (path: string) => !later.flat().some((other) => overlap(path, other));
  return { paths: paths.filter(isLeft), copies: copies.filter(({ to }) => isLeft(to)) };
}
