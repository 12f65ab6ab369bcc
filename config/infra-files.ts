import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { infraFolder, infraUrl } from './infra-folder.ts';
import { InvalidFile } from './yaml/invalid-file.ts';

/** Returns the URL of a path in this repository, or of a path that begins with ROLLBACK_INFRA. */
export const urlOf = (path: string) =>
  path.startsWith(`${infraFolder}/`)
    ? new URL(path.slice(infraFolder.length + 1), infraUrl)
    : new URL(`../${path}`, import.meta.url);

/** Returns the path of a file in infra/, as mistakes name it. */
export const inInfra = (name: string): string => `${infraFolder}/${name}`;

export const isThere = (file: string): boolean => existsSync(urlOf(file));

/** Returns the text of a file. Throws InvalidFile. */
export function read(file: string): string {
  try {
    return readFileSync(urlOf(file), 'utf8');
  } catch {
    throw missing(file, 'file');
  }
}

/** Returns the paths of a folder's files, sorted. Throws InvalidFile. */
export function filesIn(path: string): string[] {
  try {
    const files = readdirSync(urlOf(path)).toSorted();
    return files.map((file) => `${path}/${file}`);
  } catch {
    throw missing(path, 'folder');
  }
}

const missing = (path: string, what: string) =>
  new InvalidFile([
    `${path}: expected a readable ${what}, found none. ROLLBACK_INFRA may name another folder than infra/.`,
  ]);

export const yamlFiles = (path: string): string[] => filesIn(path).filter((file) => file.endsWith('.yaml'));
