import { AwsError } from '../wire/aws-error.ts';

/** One page of a list, and the token for the next one where there is more. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: { NextToken?: string } };

/** Cuts a list into pages; the token is opaque to callers and says where to go on. */
export function page<Item>(all: readonly Item[], size: number, token: string | undefined): Page<Item> {
  const start = token === undefined ? '0' : Buffer.from(token, 'base64url').toString();
  if (!/^\d+$/.test(start)) throw new AwsError('ValidationException', `The token ${token} is none that this API gave.`);
  const end = Number(start) + size;
  const next = end < all.length ? { NextToken: Buffer.from(String(end)).toString('base64url') } : {};
  return { items: all.slice(Number(start), end), next };
}
