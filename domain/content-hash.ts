import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Returns the SHA-256 of a value's canonical JSON (RFC 8785) in hex: spacing and key order do not change it. */
export const contentHash = (content: unknown): string => hash('sha256', canonicalize(content) ?? '');
