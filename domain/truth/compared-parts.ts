import type { Environment } from '../infra/environment.ts';
import type { Runbook } from '../infra/runbook.ts';
import { flagsOf } from '../infra/runbook-steps.ts';

/** The parts by which hosts are compared: names of flags, and paths whose files differ from host to host by design. */
export type ComparedParts = {
  readonly flags: readonly string[];
  readonly own: readonly string[];
  /** The paths that a phase's rollback restores, by phase, if it does not restore the whole tree; an empty list: it restores no code. */
  readonly restored: RestoredPaths;
};
export type RestoredPaths = Readonly<Record<string, readonly string[]>>;

/** A document's parameter. */
const mostCharacters = 1000;

/**
 * Returns the flags that rollbacks set or that forbidden pairs name, and the paths in which every host has its own content: databases, the targets of
 * copies, and what the environment names. What does not fit into a parameter is left out from the end.
 */
export function comparedParts(
  runbooks: readonly Pick<Runbook, 'phase' | 'steps' | 'forbidden' | 'prepare' | 'target'>[],
  { fleet_truth }: Pick<Environment, 'fleet_truth'>,
): ComparedParts {
  const flags = runbooks.flatMap((runbook) => [
    ...Object.keys(flagsOf(runbook)),
    ...runbook.forbidden.map(({ flag }) => flag),
  ]);
  const own = runbooks.flatMap(({ prepare, target }) => [...prepare.databases, ...target.copies.map(({ to }) => to)]);
  return {
    flags: fitting(flags.toSorted(), '=x '.length),
    own: fitting([...fleet_truth.own, ...own], ' '.length),
    restored: Object.fromEntries(
      runbooks.flatMap(({ phase, target: { paths } }) => (paths.includes('.') ? [] : [[phase, paths]])),
    ),
  };
}

/** Returns each name once, as many of them as fit if each has so many more characters. */
function fitting(names: readonly string[], more: number): string[] {
  const found: string[] = [];
  let left = mostCharacters;
  for (const name of new Set(names)) {
    left -= name.length + more;
    if (left >= 0) found.push(name);
  }
  return found;
}
