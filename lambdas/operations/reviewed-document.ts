import { contentHash } from '../../domain/content-hash.ts';
import type { ManagedInstances } from '../clients/managed-instances.ts';

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
