import { hash } from 'node:crypto';

/** Returns a number in [0, 1) for a key. The same seed and key give the same number, independent of earlier calls. */
export type Random = (key: string) => number;

/**
 * Returns random numbers by key instead of by sequence.
 *
 * A sequence would depend on the order in which concurrent parts draw from it. Keys do not, so the same seed gives the
 * same run.
 */
export const seeded =
  (seed: number): Random =>
  (key) =>
    hash('sha256', `${seed}/${key}`, 'buffer').readUInt32BE(0) / 2 ** 32;

/** Returns a version 4 UUID for a key, the form of AWS's command ids and execution names. */
export function uuid(random: Random, key: string): string {
  const hex = (part: number, digits: number) =>
    Math.floor(random(`${key}/${part}`) * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const variant = '89ab'.charAt(Math.floor(random(`${key}/variant`) * 4));
  return `${hex(0, 8)}-${hex(1, 4)}-4${hex(2, 3)}-${variant}${hex(3, 3)}-${hex(4, 6)}${hex(5, 6)}`;
}
