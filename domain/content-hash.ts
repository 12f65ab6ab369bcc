import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Returns the SHA-256 of a value's canonical JSON (RFC 8785) in hex: spacing and key order do not change it. */
export const contentHash = (content: unknown): string =>
  createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest('hex');
