import { createHash } from 'node:crypto';

/** A number in [0, 1) for a key. The same seed and key give the same number, whatever was asked before. */
export type Random = (key: string) => number;

/**
 * Randomness without a sequence.
 *
 * A stream of numbers would depend on the order in which concurrent parts ask for them; a keyed one does not, so the
 * same seed tells the same story.
 */
export const seeded =
  (seed: number): Random =>
  (key) =>
    createHash('sha256').update(`${seed}/${key}`).digest().readUInt32BE(0) / 2 ** 32;

/** A version 4 UUID for a key, in the form AWS gives its command ids and execution names. */
export function uuid(random: Random, key: string): string {
  const hex = (part: number, digits: number) =>
    Math.floor(random(`${key}/${part}`) * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const variant = '89ab'.charAt(Math.floor(random(`${key}/variant`) * 4));
  return `${hex(0, 8)}-${hex(1, 4)}-4${hex(2, 3)}-${variant}${hex(3, 3)}-${hex(4, 6)}${hex(5, 6)}`;
}
