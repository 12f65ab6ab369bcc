import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { infraUrl } from '../../config/infra-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/**
 * Everything that a synthesis reads in this repository beside infra/: the rooms that cdk/ may import (tests/walls.test.ts),
 * settings, and the versions of all packages.
 */
const sources = ['cdk', 'config', 'domain', 'lambdas', 'statemachines'];
const settings = ['cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** Assemblies that are kept: those used last. One has 8 MB. */
const KEPT = 5;
/** Milliseconds for which no assembly is removed, because an account that is open may still read it. */
const PROTECTED = 24 * 3600 * 1000;

/** The folder of the cache. ROLLBACK_SYNTHESIS_CACHE names another one, for tests of the synthesis itself. */
const cache = () => process.env['ROLLBACK_SYNTHESIS_CACHE'] ?? join(root, 'node_modules/.cache/rollback-assemblies');

/**
 * Returns the key of an environment's assembly: a hash of every file that the synthesis reads, and of the version of Node.
 *
 * The key is of contents, not of times, so a fresh checkout of the same commit has the same one.
 */
export function assemblyKey(environment: string, infra = fileURLToPath(infraUrl)): string {
  const hash = createHash('sha256').update(JSON.stringify([environment, process.version]));
  for (const source of [...[...sources, ...settings].map((name) => join(root, name)), infra])
    for (const file of filesOf(source)) {
      const content = readFileSync(file);
      hash.update(JSON.stringify([relative(root, file), content.length])).update(content);
    }
  return hash.digest('hex').slice(0, 32);
}

function filesOf(source: string): string[] {
  if (!statSync(source).isDirectory()) return [source];
  const entries = readdirSync(source, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** Returns the folder of a cached assembly; undefined if the cache has none of this key. Nobody may change its files. */
export function cachedAssembly(key: string): string | undefined {
  const folder = join(cache(), key);
  if (!existsSync(join(folder, 'manifest.json'))) return undefined;
  const now = new Date();
  utimesSync(folder, now, now);
  return folder;
}

/** Moves a complete assembly into the cache. Returns its folder there; or where it was, if it cannot be moved. */
export function keepAssembly(key: string, made: string): string {
  const folder = join(cache(), key);
  try {
    mkdirSync(cache(), { recursive: true });
    removeOld();
    renameSync(made, folder);
    return folder;
  } catch {
    return cachedAssembly(key) ?? made; // another process was first, or the cache is on another disk or may not be written
  }
}

function removeOld(): void {
  const all = readdirSync(cache()).map((name) => {
    const folder = join(cache(), name);
    return { folder, used: statSync(folder).mtimeMs };
  });
  const old = all.toSorted((a, b) => b.used - a.used).slice(KEPT - 1);
  for (const { folder, used } of old)
    if (Date.now() - used > PROTECTED) rmSync(folder, { recursive: true, force: true });
}
