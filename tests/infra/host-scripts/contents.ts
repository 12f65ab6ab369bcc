import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

export const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** Returns the hash of each file and the target of each link in a folder, without git's own folder. */
export const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(Object.entries(everything(folder)).filter(([path]) => !`/${path}`.includes('/.git/')));

/** Returns the mode of each folder below a folder, including empty ones, without git's own. */
export function folders(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    paths
      .filter((path) => !`${path}/`.includes('/.git/'))
      .toSorted()
      .map((path) => [relative(folder, path), (lstatSync(path).mode & 0o7777).toString(8)]),
  );
}

/** Returns the hash of each file and the target of each link in a folder, including git's own. */
export function everything(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  const files = paths.filter((path) => !lstatSync(path).isDirectory()).toSorted();
  return Object.fromEntries(
    files.map((path) => [
      relative(folder, path),
      lstatSync(path).isSymbolicLink() ? `to ${readlinkSync(path)}` : sha256(readFileSync(path)),
    ]),
  );
}
