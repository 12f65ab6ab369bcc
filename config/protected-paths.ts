import type { Environment } from '../domain/infra/environment.ts';
import { meetsProtected } from '../domain/infra/protected.ts';
import type { Runbook } from '../domain/infra/runbook.ts';
import { hostParameters } from './host-document.ts';
import type { YamlFile } from './yaml/read-yaml.ts';

/**
 * Parameters of runbooks that name no path, or a path that the product only reads or runs. infra/host-scripts/shared/protected.py
 * has the same names, and those that a runbook may not set.
 */
export const harmlessParameters: readonly string[] = ['Script', 'StateFile', 'Sql', 'From', 'Orders', 'Allowed'];

/**
 * Returns one sentence per path of a runbook that an environment protects: the path itself, one in it, or one above it.
 *
 * The whole tree is no such path: there the host checks each file that the checkout would change.
 */
export const takenProtected = (
  runbooks: readonly YamlFile<Runbook>[],
  environments: readonly YamlFile<Environment>[],
): string[] =>
  runbooks.flatMap((runbook) =>
    takenPaths(runbook.value).flatMap(({ path, at }) =>
      environments.flatMap(({ value: { host }, mistake }) =>
        host.protected.flatMap((one, i) => {
          if (!meetsProtected(path, one, host.tree)) return [];
          const where = mistake(['host', 'protected', i], one);
          return [runbook.mistake(at, `expected a path that no environment protects, found ${path} (${where})`)];
        }),
      ),
    ),
  );

type Taken = { readonly path: string; readonly at: readonly PropertyKey[] };

/** Returns each path that a runbook's steps may take or replace, and its place in the file. */
function takenPaths({ steps, target }: Runbook): Taken[] {
  const ofSteps = steps.flatMap((step, i) => {
    const own = Object.keys(step.parameters).filter((name) => !harmlessParameters.includes(name));
    const parameters: Readonly<Record<string, string>> = hostParameters(step).parameters;
    return own.flatMap((name) =>
      (parameters[name] ?? '')
        .split(' ')
        .map((word) => word.split('=').at(-1) ?? '')
        .filter((word) => word !== '')
        .map((path) => ({ path, at: ['steps', i, 'parameters', name] })),
    );
  });
  return [
    ...ofSteps,
    ...target.paths.flatMap((path, i) => (path === '.' ? [] : [{ path, at: ['target', 'paths', i] }])),
    ...target.copies.map(({ to }, i) => ({ path: to, at: ['target', 'copies', i, 'to'] })),
  ];
}
