/** Sorts names so that each comes after the names it needs, otherwise in the given order. Throws an error that shows a cycle. */
export function inDependencyOrder(names: Iterable<string>, needs: (name: string) => Iterable<string>): string[] {
  const ordered = new Set<string>();
  const visit = (name: string, path: readonly string[]) => {
    if (ordered.has(name)) return;
    if (path.includes(name))
      throw new Error(`Circular dependency: ${[...path.slice(path.indexOf(name)), name].join(' -> ')}`);
    for (const needed of needs(name)) visit(needed, [...path, name]);
    ordered.add(name);
  };
  for (const name of names) visit(name, []);
  return [...ordered];
}
