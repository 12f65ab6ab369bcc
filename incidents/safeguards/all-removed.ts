import { type Patch, type Safeguard, without } from './safeguard.ts';

/** Files without safeguards, by their paths: the new texts. */
export type Removed = ReadonlyMap<string, string>;

/**
 * Removes as many safeguards at once as possible. Returns one set of changed files per try: a safeguard whose patch touches
 * text that another one has changed comes into the next set. `read` returns a file of the unchanged source.
 */
export function allRemoved(safeguards: readonly Safeguard[], read: (file: string) => string): Removed[] {
  const sets: Map<string, string>[] = [];
  for (const { patches } of safeguards) {
    const fits = sets.some((set) => add(set, patches, read));
    if (fits) continue;
    const set = new Map<string, string>();
    if (!add(set, patches, read)) for (const patch of patches) without(read(patch.file), patch); // throws the reason
    sets.push(set);
  }
  return sets;
}

/** Applies patches to a set of files. False: one does not apply, and the set stays as it was. */
function add(set: Map<string, string>, patches: readonly Patch[], read: (file: string) => string): boolean {
  const changed = new Map(set);
  for (const patch of patches) {
    const text = changed.get(patch.file) ?? read(patch.file);
    if (text.split(patch.before).length !== 2) return false;
    changed.set(patch.file, without(text, patch));
  }
  for (const [file, text] of changed) set.set(file, text);
  return true;
}
