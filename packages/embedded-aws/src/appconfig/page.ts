import * as z from 'zod';
import { BadRequest } from './bad-request.ts';

/** The paging parameters of every List action. */
export const paging = { MaxResults: z.int().min(1).max(50).optional(), NextToken: z.string().optional() };

type Paging = { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined };

/** Returns one page of a list in the form of the List actions; the token encodes the index of the next item. */
export function page<Item, Shown>(
  all: readonly Item[],
  { MaxResults = 50, NextToken }: Paging,
  show: (item: Item) => Shown,
) {
  const start = NextToken === undefined ? '0' : Buffer.from(NextToken, 'base64url').toString();
  if (!/^\d+$/.test(start)) throw new BadRequest(`NextToken ${NextToken} is not a token that this API returned.`);
  const from = Number(start);
  const to = from + MaxResults;
  const next = to < all.length ? { NextToken: Buffer.from(String(to)).toString('base64url') } : {};
  return { Items: all.slice(from, to).map(show), ...next };
}
