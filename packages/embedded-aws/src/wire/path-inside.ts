import { resolve, sep } from 'node:path';

/** Returns the path in a folder. Throws if it leads out of the folder: names come from templates and requests. */
export function pathInside(folder: string, path: string): string {
  const root = resolve(folder);
  const found = resolve(root, `.${sep}${path}`);
  if (found === root || found.startsWith(`${root}${sep}`)) return found;
  throw new Error(`The path ${JSON.stringify(path)} leads out of its folder. Use one without \`..\`.`);
}
