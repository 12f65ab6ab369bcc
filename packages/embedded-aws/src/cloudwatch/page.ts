import { AwsError } from '../wire/aws-error.ts';

/** One page of a list, and the token of the next page if one exists. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: { NextToken?: string } };

/** Returns one page of a list. The token, opaque to callers, encodes the index of the next item. */
export function page<Item>(all: readonly Item[], size: number, token: string | undefined): Page<Item> {
  const start = token === undefined ? '0' : Buffer.from(token, 'base64url').toString();
  if (!/^\d+$/.test(start))
    throw new AwsError('InvalidNextToken', `NextToken ${token} is not a token that this API returned.`);
  const end = Number(start) + size;
  const next = end < all.length ? { NextToken: Buffer.from(String(end)).toString('base64url') } : {};
  return { items: all.slice(Number(start), end), next };
}
