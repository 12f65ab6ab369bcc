import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

export const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** All files of a folder with their hashes, and links with where they lead; git's own folder left out. */
export const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(Object.entries(everything(folder)).filter(([path]) => !`/${path}`.includes('/.git/')));

/** All folders below one with their modes, empty ones too; git's own left out. */
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

/** The files of a folder with their hashes, git's own too. */
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
