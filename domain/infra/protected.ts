import * as z from 'zod';

/** One parameter carries all of them, with a space between two. */
const mostCharacters = 1000;

/** FIX stores, journals, order databases: paths that no step may take, move, restore over or remove. */
export const protectedPaths = z
  .array(
    z
      .string()
      .max(200)
      .regex(/^(?!.*\.\.)(?!none$)\/?[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_.-]+)*$/, {
        error: 'a path such as outputs/fix, or /var/lib/fix, without ..',
      }),
  )
  .max(20)
  .refine((all) => new Set(all).size === all.length, { error: 'each path once' })
  .refine((all) => all.join(' ').length <= mostCharacters, { error: `at most ${mostCharacters} characters in all` })
  .default([]);

/** Returns the parameter of the documents. It is never empty, so that a command by hand cannot leave it out. */
export const protectedWords = (paths: readonly string[]): string => paths.join(' ') || 'none';

type Folders = { readonly tree: string; readonly state: string };

/** Returns what is expected of a protected path that no rollback could respect; undefined if it can be protected. */
export function unprotectable(path: string, { tree, state }: Folders): string | undefined {
  const whole = absolute(path, tree);
  if (isIn(tree, whole)) return 'a path in the tree or beside it: every rollback changes the tree itself';
  if (isIn(absolute('.git', tree), whole) || isIn(whole, absolute('.git', tree)))
    return "a path outside .git: every rollback changes git's own files";
  if (isIn(whole, state) || isIn(state, whole)) return "a path outside host.state, the product's own folder";
  return undefined;
}

/** Returns whether a path of a runbook, in the tree, is a protected path, lies in one, or holds one. */
export function meetsProtected(path: string, protectedPath: string, tree: string): boolean {
  const [one, other] = [absolute(path, tree), absolute(protectedPath, tree)];
  return isIn(one, other) || isIn(other, one);
}

const absolute = (path: string, tree: string) => clean(path.startsWith('/') ? path : `${tree}/${path}`);

/** Without a dot or an empty name between two slashes. */
const clean = (path: string) =>
  path
    .split('/')
    .filter((name, i) => name !== '.' && (name !== '' || i === 0))
    .join('/');

const isIn = (path: string, folder: string) =>
  clean(path) === clean(folder) || clean(path).startsWith(`${clean(folder)}/`);
