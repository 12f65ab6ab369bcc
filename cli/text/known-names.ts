import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { infraFolder, infraUrl } from '../../config/infra-folder.ts';
import { beforeMachine } from '../../domain/phases.ts';
import { modes } from '../../domain/statistics/progress.ts';

// Names are read from file names, because help and completion must not wait until YAML files are parsed and checked.

/** A value that an option or argument may have, and what it stands for. */
export type Suggestion = { readonly value: string; readonly about?: string };

/** The values that are known, and the place where they are defined. */
export type Known = {
  readonly values: () => readonly Suggestion[];
  readonly where?: string;
  /** Other words for a value, such as `drill` for `simulate`: they are suggested, not accepted. */
  readonly meant?: ReadonlyMap<string, string>;
};

const root = new URL('../../', import.meta.url);

export const environments: Known = {
  values: () => namesIn(new URL('environments/', infraUrl), /^(.+)\.yaml$/).map(([value = '']) => ({ value })),
  where: `${infraFolder}/environments`,
};

/** The phases that have a runbook. `render` and every deployment refuse a file whose name differs from its content. */
export const phases: Known = {
  values: () =>
    namesIn(new URL('runbooks/', infraUrl), /^phase-(\d+)-(.+)\.yaml$/)
      .map(([value = '', about = '']) => ({ value, about: about.replaceAll('-', ' ') }))
      .toSorted((a, b) => Number(a.value) - Number(b.value)),
  where: `${infraFolder}/runbooks`,
};

export const phaseNumbers = (): number[] => phases.values().map(({ value }) => Number(value));

/** The machines that roll back: that of each phase, and that of several phases. */
export const rollbackMachines = (): string[] => [...phaseNumbers().map((phase) => `phase-${phase}`), beforeMachine];

/** The modes of rollbacks. */
export const rollbackModes: Known = {
  values: () => modes.map((value) => ({ value })),
  meant: new Map([
    ['drill', 'simulate'],
    ['drills', 'simulate'],
    ['simulation', 'simulate'],
    ['dry-run', 'plan'],
    ['real', 'live'],
  ]),
};

export const machines: Known = {
  values: () =>
    namesIn(new URL('statemachines/rendered/', root), /^(.+)\.asl\.json$/).map(([value = '']) => ({ value })),
};

/** The stories of this repository, as paths from the working directory. */
export const stories: Known = {
  values: () => {
    const folder = new URL('rehearsals/stories/', root);
    const from = relative(process.cwd(), fileURLToPath(folder));
    return namesIn(folder, /^(.+\.yaml)$/).map(([file = '']) => ({ value: join(from, file) }));
  },
  where: 'rehearsals/stories',
};

/** The product's functions: the folders of lambdas/ that have an entry point. */
export const functions: Known = {
  values: () =>
    namesIn(new URL('lambdas/', root), /^([a-z-]+)$/)
      .filter(([name]) => existsSync(new URL(`lambdas/${name}/index.ts`, root)))
      .map(([value = '']) => ({ value })),
};

/** Returns the groups of each file name that matches; none if the folder cannot be read, which the files' own check reports. */
function namesIn(folder: URL, pattern: RegExp): string[][] {
  try {
    return readdirSync(folder)
      .toSorted()
      .flatMap((file) => {
        const match = pattern.exec(file);
        return match ? [match.slice(1)] : [];
      });
  } catch {
    return [];
  }
}
