import { contentHash } from '../../domain/content-hash.ts';
import type { ListDocuments, ListedDocument } from '../clients/list-documents.ts';
import type { ManagedInstances } from '../clients/managed-instances.ts';
import type { CheckedDocument, CheckedDocuments } from '../stores/checked-documents.ts';

/** A document's name, and the SHA-256 of the canonical JSON of the content that was reviewed and synthesized. */
export type Reviewed = { readonly name: string; readonly sha256: string };

/** The version and hash that every SendCommand pins. */
type Pinned = { readonly version: string; readonly hash: string };

/** The hashes of contents, which nothing changes: a warm function reads the same ones again every few minutes. */
const hashes = new WeakMap<object, string>();

function hashOf(content: unknown): string {
  if (typeof content !== 'object' || content === null) return content === undefined ? 'none' : contentHash(content);
  const known = hashes.get(content) ?? contentHash(content);
  hashes.set(content, known);
  return known;
}

/**
 * Looks for the version of a document that has the reviewed content. Returns what to pin, or the problem in one sentence: then a
 * person has changed the document, or it was not deployed.
 */
export async function reviewedDocument(
  managedInstances: Pick<ManagedInstances, 'document'>,
  { name, sha256 }: Reviewed,
): Promise<Pinned | { readonly problem: string }> {
  const { version, hash, content } = await managedInstances.document(name, (one) => hashOf(one) === sha256);
  const found = hashOf(content);
  if (found === sha256) return { version, hash };
  return {
    problem: `Document ${name} is not the reviewed one: expected content ${sha256.slice(0, 12)}…, found ${found.slice(0, 12)}… in its default version ${version}, and no other in its newest versions.`,
  };
}

/** Returns what to pin of each document, by name. Throws the error of the problem if one has not the reviewed content. */
export async function pinnedDocuments(
  managedInstances: Pick<ManagedInstances, 'document'>,
  reviewed: readonly Reviewed[],
  error: (problem: string) => Error,
): Promise<Readonly<Record<string, Pinned>>> {
  const all = await Promise.all(
    reviewed.map(async (one) => {
      const found = await reviewedDocument(managedInstances, one);
      if ('problem' in found) throw error(found.problem);
      return [one.name, found] as const;
    }),
  );
  return Object.fromEntries(all);
}

/** Facts about documents without their content: the findings of the newest check, and the present list. */
export type KnownDocuments = {
  readonly checked: () => Promise<CheckedDocuments>;
  readonly listed: ListDocuments;
};

/**
 * Returns those of the documents, by name, that had the reviewed content at the newest check and that Systems Manager lists as
 * it did then. A document that was changed, replaced or deleted since is left out, and its content must be read.
 *
 * SendCommand pins version and hash, so no other content runs, whatever happens after this. Returns none if the list or
 * the table cannot be read.
 */
export async function checkedBefore(
  { checked, listed }: KnownDocuments,
  reviewed: readonly Reviewed[],
): Promise<Readonly<Record<string, Pinned>>> {
  try {
    const [before, now] = await Promise.all([checked(), listed(commonPrefix(reviewed.map(({ name }) => name)))]);
    const same = reviewed.flatMap(({ name, sha256 }) => {
      const found = before[name];
      if (!found || found.sha256 !== sha256 || !isListedAs(found, now.get(name))) return [];
      return [[name, { version: found.version, hash: found.hash }] as const];
    });
    return Object.fromEntries(same);
  } catch {
    return {};
  }
}

export const isListedAs = (
  { version, created }: Pick<CheckedDocument, 'version' | 'created'>,
  listed: ListedDocument | undefined,
): boolean => listed?.version === version && listed.created === created;

/** Returns the longest beginning that all names share. */
export function commonPrefix([first = '', ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}
