import { AwsError } from '../wire/aws-error.ts';

/** One page of a list, and the token for the next one where there is more. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: { NextToken?: string } };

/** Cuts a list into pages of `size`; the token is opaque to callers and says where to go on. */
export function page<Item>(all: readonly Item[], size: number, token: string | undefined): Page<Item> {
  const start = token === undefined ? '0' : Buffer.from(token, 'base64url').toString();
  if (!/^\d+$/.test(start)) {
    throw new AwsError('InvalidNextToken', `The token ${token} is none that this API gave.`);
  }
  const from = Number(start);
  const to = from + size;
  const next = to < all.length ? { NextToken: Buffer.from(String(to)).toString('base64url') } : {};
  return { items: all.slice(from, to), next };
}
