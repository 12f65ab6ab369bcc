import * as z from 'zod';
import { BadRequest } from './bad-request.ts';

/** What every List action takes. */
export const paging = { MaxResults: z.int().min(1).max(50).optional(), NextToken: z.string().optional() };

type Paging = { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined };

/** One page of a list, as the List actions answer it; the token says where to go on. */
export function page<Item, Shown>(
  all: readonly Item[],
  { MaxResults = 50, NextToken }: Paging,
  show: (item: Item) => Shown,
) {
  const start = NextToken === undefined ? '0' : Buffer.from(NextToken, 'base64url').toString();
  if (!/^\d+$/.test(start)) throw new BadRequest(`The token ${NextToken} is none that this API gave.`);
  const from = Number(start);
  const to = from + MaxResults;
  const next = to < all.length ? { NextToken: Buffer.from(String(to)).toString('base64url') } : {};
  return { Items: all.slice(from, to).map(show), ...next };
}
