import { lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { zipSync } from 'fflate';
import type { PackFile } from '../../domain/evidence/manifest.ts';
import { UsageError } from './usage-error.ts';

/** Throws UsageError unless a pack can be written to `out`: it is not there yet or, for a folder, empty. */
export function checkPlace(out: string, zip: boolean): void {
  const parent = dirname(resolve(out));
  if (!lstatSync(parent, { throwIfNoEntry: false })?.isDirectory() && !isFolderBehindLink(parent))
    throw new UsageError(
      `The folder ${parent} does not exist, so ${out} cannot be written there. Make it, or name another --out.`,
    );
  const found = lstatSync(out, { throwIfNoEntry: false });
  if (!found) return;
  if (zip) throw new UsageError(`${out} exists. Nothing was changed. Name another file by --out, or remove this one.`);
  if (!found.isDirectory())
    throw new UsageError(`${out} exists and is no folder. Nothing was changed. Name a folder by --out.`);
  if (readdirSync(out).length > 0)
    throw new UsageError(
      `The folder ${out} is not empty. Nothing was changed. Name a new or an empty folder by --out.`,
    );
}

function isFolderBehindLink(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes a pack as a folder or a zip: under another name beside it, then renamed. So it is there whole, or not at all.
 *
 * It waits for nothing in between, so Ctrl-C comes before it or after it.
 */
export function writePack(out: string, files: readonly PackFile[], zip: boolean): void {
  try {
    write(out, files, zip);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Error(`${out} cannot be written: ${message}. Nothing was written. Name another place by --out.`);
  }
}

function write(out: string, files: readonly PackFile[], zip: boolean): void {
  const target = resolve(out);
  const begun = mkdtempSync(join(dirname(target), `.${basename(target)}.partial-`));
  try {
    const made = join(begun, 'pack');
    if (zip) writeFileSync(made, zipped(files, basename(target).replace(/\.zip$/, '')));
    else writeFolder(made, files);
    checkPlace(out, zip); // somebody may have written there in the meantime
    if (!zip && lstatSync(target, { throwIfNoEntry: false })) rmdirSync(target); // Windows renames onto no folder
    renameSync(made, target);
  } finally {
    rmSync(begun, { recursive: true, force: true });
  }
}

function writeFolder(folder: string, files: readonly PackFile[]): void {
  mkdirSync(folder);
  for (const { path, content } of files) {
    if (path.split('/').some((name) => name === '' || name === '.' || name === '..'))
      throw new Error(`The pack has a file with the path ${JSON.stringify(path)}, which leaves its folder.`);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** The oldest time that a zip can hold, the same for every pack and in every time zone: equal files give equal bytes. */
const mtime = new Date(1980, 0, 1);

/** Returns a zip with one folder. */
const zipped = (files: readonly PackFile[], folder: string): Uint8Array =>
  zipSync(
    Object.fromEntries(files.map(({ path, content }) => [`${folder}/${path}`, new TextEncoder().encode(content)])),
    { mtime, level: 9 },
  );
