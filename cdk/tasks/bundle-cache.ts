import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

// esbuild takes 5 to 7 s of processor time, more than the rest of a synthesis. The bundles depend on the functions' code and
// the installed packages only, so a synthesis that may use a cache bundles once per change of those, whatever changes in
// infra/ or cdk/. `npm run synth` and the cdk CLI use none: what is deployed is bundled from its sources.

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Everything that esbuild reads: the rooms that lambdas/ may import (tests/walls.test.ts), its options and settings. */
const sources = [
  ...['lambdas', 'domain', 'package.json', 'tsconfig.json'],
  ...['bundle.ts', 'literal-keys.ts', 'write-bundles.ts'].map((file) => `cdk/tasks/${file}`),
];
/** npm's own list of the packages that are installed, with their hashes. */
const installed = 'node_modules/.package-lock.json';

/** Bundles that are kept: those used last. One has 13 MB. */
const KEPT = 3;
/** Milliseconds for which no bundles are removed, because a synthesis may still read them. */
const PROTECTED = 3600 * 1000;

/**
 * Returns the folder in the cache with the bundles of the present sources. `make` writes them into a folder first if there
 * are none. Nobody may change the files.
 */
export function cachedBundles(cache: string, make: (folder: string) => void): string {
  const folder = join(cache, keyOf());
  if (existsSync(folder)) {
    const now = new Date();
    utimesSync(folder, now, now);
    return folder;
  }
  mkdirSync(cache, { recursive: true });
  removeOld(cache);
  const made = mkdtempSync(`${folder}-`);
  make(made);
  try {
    renameSync(made, folder);
  } catch {
    rmSync(made, { recursive: true }); // another process was first
  }
  return folder;
}

/** Returns a hash of contents, not of places or times: a fresh checkout of the same commit has the same one. */
function keyOf(): string {
  const hash = createHash('sha256');
  for (const file of [...sources, installed].flatMap((source) => filesOf(join(root, source)))) {
    const content = readFileSync(file);
    hash.update(JSON.stringify([relative(root, file), content.length])).update(content);
  }
  return hash.digest('hex').slice(0, 32);
}

function filesOf(source: string): string[] {
  if (!existsSync(source)) return [];
  if (!statSync(source).isDirectory()) return [source];
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

function removeOld(cache: string): void {
  const all = readdirSync(cache).map((name) => {
    const folder = join(cache, name);
    return { folder, used: statSync(folder).mtimeMs };
  });
  for (const { folder, used } of all.toSorted((a, b) => b.used - a.used).slice(KEPT - 1))
    if (Date.now() - used > PROTECTED) rmSync(folder, { recursive: true, force: true });
}
