import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentFile } from '../../config/environment-files.ts';
import { urlOf } from '../../config/infra-files.ts';
import type { Environment } from '../../domain/infra/environment.ts';

// A command that connects to an account needs its environment only. zod and yaml, which read and check the file, take a
// quarter of the time until such a command prints (0.12 s). So the checked value is kept, as JSON, under a hash of all that
// it was made from: a file that has changed has another key, and is read and checked again.

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The module that reads and checks the file. */
const reader = 'config/environments.ts';

/** Values that are kept: those made last. One has 2 KB. */
const KEPT = 20;

/** The folder of the cache. ROLLBACK_ENVIRONMENT_CACHE names another one, for tests. */
const cache = () =>
  process.env['ROLLBACK_ENVIRONMENT_CACHE'] ?? join(root, 'node_modules/.cache/rollback-environments');

/** Reads infra/environments/NAME.yaml, as readEnvironment of config does, or finds what it returned for the same contents. */
export async function cachedEnvironment(name: string): Promise<Environment> {
  const sources = sourcesOf(fileURLToPath(urlOf(environmentFile(name))));
  const key = sources && keyOf(sources);
  const kept = key && keptValue(key);
  if (kept) return kept;
  const { readEnvironment } = await import('../../config/environments.ts');
  const environment = readEnvironment(name);
  if (sources && key && areOld(sources)) keep(key, environment);
  return environment;
}

type Sources = ReadonlyMap<string, Buffer>;

/**
 * Returns the contents of every file that a value is made from, by path: the environment's file, the reader, each module
 * that it imports, directly or not, and package.json of each package. undefined if one cannot be read.
 */
export function sourcesOf(environment: string): Sources | undefined {
  const found = new Map<string, Buffer>();
  const add = (file: string) => {
    if (found.has(file)) return;
    const content = readFileSync(file);
    found.set(file, content);
    if (file.endsWith('.ts')) for (const one of importsOf(file, content.toString())) add(one);
  };
  try {
    add(environment);
    add(join(root, reader));
    return found;
  } catch {
    return undefined;
  }
}

/** Returns the files that a module imports. For a package it returns package.json, because that file has the version. */
const importsOf = (file: string, text: string): string[] =>
  [...text.matchAll(/\bfrom '([^']+)'/g)]
    .map(([, name = '']) => name)
    .filter((name) => !name.startsWith('node:'))
    .map((name) =>
      name.startsWith('.') ? join(file, '..', name) : join(root, 'node_modules', packageOf(name), 'package.json'),
    );

const packageOf = (name: string) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

/** The version of Node counts too. The place of the environment's file does not: it is in no value. */
function keyOf(sources: Sources): string {
  const hash = createHash('sha256').update(process.version);
  for (const [file, content] of sources)
    hash.update(JSON.stringify([file.endsWith('.yaml') ? '' : relative(root, file), content.length])).update(content);
  return hash.digest('hex').slice(0, 32);
}

/**
 * Returns whether no source has changed since this process started. A module that was loaded before its file changed would
 * make a value of the former text under the key of the new one. The time of the inode is used, which nobody can set back.
 */
const areOld = (sources: Sources) => sources.keys().every((file) => statSync(file).ctimeMs < performance.timeOrigin);

const checksum = (json: string) => createHash('sha256').update(json).digest('hex');

/** Returns the value of a key; undefined if there is none, or if its file is not as it was written. */
function keptValue(key: string): Environment | undefined {
  try {
    const [sum, json = ''] = readFileSync(join(cache(), key), 'utf8').split('\n');
    return sum === checksum(json) ? JSON.parse(json) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value. The rename makes it visible as a whole, even if another process keeps the same one at the same time. */
function keep(key: string, environment: Environment): void {
  const json = JSON.stringify(environment);
  const written = join(cache(), `${key}-${process.pid}`);
  try {
    mkdirSync(cache(), { recursive: true });
    removeOld();
    writeFileSync(written, `${checksum(json)}\n${json}`);
    renameSync(written, join(cache(), key));
  } catch {
    // The cache may not be written: the next command reads and checks the file again.
  }
}

function removeOld(): void {
  const all = readdirSync(cache()).map((name) => {
    const file = join(cache(), name);
    return { file, made: statSync(file).mtimeMs };
  });
  for (const { file } of all.toSorted((a, b) => b.made - a.made).slice(KEPT - 1)) rmSync(file, { force: true });
}
