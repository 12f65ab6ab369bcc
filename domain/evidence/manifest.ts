import { createHash } from 'node:crypto';
import { contentHash } from '../content-hash.ts';
import type { Chain } from '../history/event.ts';

/** A file of an evidence pack. `path` is relative to the pack's folder, with `/`. */
export type PackFile = { readonly path: string; readonly content: string };

export const manifestPath = 'manifest.json';
export const pagePath = 'index.html';
export const fieldsPath = 'fields.json';

type Listed = { readonly path: string; readonly bytes: number; readonly sha256: string };

export type Manifest = {
  readonly format: 1;
  readonly rollback: string;
  /** The end of the chain of events in the pack. */
  readonly chain: Chain;
  /** The hash of the list of files without the page, which prints it. */
  readonly content_hash: string;
  /** Every file but the manifest, by path. */
  readonly files: readonly Listed[];
  /** The hash of the manifest without this field, so of everything in the pack. */
  readonly pack_hash: string;
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Returns the files with their hashes, sorted by path as ASCII. */
const listed = (files: readonly PackFile[]): Listed[] =>
  files
    .map(({ path, content }) => ({ path, bytes: new TextEncoder().encode(content).length, sha256: sha256(content) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));

/** Returns the hash of all files but the page. The page prints it, so it cannot cover the page itself. */
export const contentHashOf = (files: readonly PackFile[]): string =>
  contentHash(listed(files.filter(({ path }) => path !== pagePath)));

/** Returns the manifest of a pack's files, the page among them. */
export function manifestOf(rollback: string, chain: Chain, files: readonly PackFile[]): Manifest {
  const manifest = {
    format: 1,
    rollback,
    chain,
    content_hash: contentHashOf(files),
    files: listed(files),
  } as const;
  return { ...manifest, pack_hash: contentHash(manifest) };
}

/** Returns a value as a file: JSON that people can read, with a newline at its end. */
export const jsonFile = (path: string, value: unknown): PackFile => ({
  path,
  content: `${JSON.stringify(value, null, 2)}\n`,
});

/**
 * Returns the file by which the check names the field or line that was changed. For each file it has the file's own tree,
 * or its lines, with the first 12 characters of a hash instead of each value. These only locate: the manifest proves.
 */
export const fieldsFile = (files: readonly PackFile[]): PackFile => ({
  path: fieldsPath,
  content: `${JSON.stringify(Object.fromEntries(files.map(({ path, content }) => [path, fieldsOf(path, content)])))}\n`,
});

function fieldsOf(path: string, content: string): unknown {
  if (!path.endsWith('.json')) return content.split('\n').map(short);
  try {
    return treeOf(JSON.parse(content));
  } catch {
    return null; // a document or definition that is no JSON: only its file is named
  }
}

function treeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return short(value);
  if (Array.isArray(value)) return value.map(treeOf);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, treeOf(one)]));
}

const short = (leaf: unknown) => contentHash(leaf).slice(0, 12);
