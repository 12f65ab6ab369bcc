import { Exit } from '../data/python.ts';
import type { Release } from '../data/releases.ts';
import { type Call, required, words } from './script-call.ts';

// infra/host-scripts/shared/target.py

export type Target = {
  readonly release: Release;
  readonly paths: readonly string[];
  readonly copies: readonly (readonly [from: string, to: string])[];
};

/** Reads the target version of a runbook. */
export function readTarget(call: Call): Target {
  const copies = words(call, 'SSM_Copies').map((pair) => pair.split('>') as [string, string]);
  const paths = words(call, 'SSM_Paths');
  if (paths.length === 0) throw new Exit('SSM_Paths names no path; nothing was touched. Add one to the runbook');
  return { release: call.host.tree.commitOf(required(call, 'SSM_Target')), paths, copies };
}

/** Returns the commit that the rollback has frozen for all hosts, if the tag names another one on this host. */
export const movedFrom = ({ parameters }: Call, { release }: Target): string | undefined => {
  const frozen = parameters['SSM_Commit'];
  return frozen && frozen !== release.commit ? frozen : undefined;
};

/** Returns every path that a restore may change. */
export const scopeOf = ({ paths, copies }: Target): readonly string[] =>
  paths.length === 1 && paths[0] === '.' ? paths : [...paths, ...copies.map(([, copy]) => copy)];

/** Returns the paths that differ from the tag. A copied file must equal its source as tagged instead. */
export function differences({ host: { tree, files } }: Call, { release, paths, copies }: Target): string[] {
  const different = new Set(tree.changed(release, paths));
  for (const [source, copy] of copies) {
    different.delete(copy);
    if (files.read(copy) !== release.files.get(source)) different.add(copy);
  }
  return [...different].toSorted();
}
