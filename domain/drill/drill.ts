import { contentHash } from '../content-hash.ts';

/** Returns one hash of the documents that a phase's rollback sends, from their names and the hashes of their contents. */
export const documentsHash = (documents: readonly { readonly name: string; readonly sha256: string }[]): string =>
  contentHash(
    documents.map(({ name, sha256 }) => ({ name, sha256 })).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  );
