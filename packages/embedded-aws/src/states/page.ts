import { AwsError } from '../wire/aws-error.ts';

type Paging = { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined };

/** The largest and the default number of items per page (Step Functions API reference). */
const MOST = 1000;
const DEFAULT = 100;

/**
 * Returns one page of a list, and the token of the next page.
 *
 * A token is the id of the page's last item, so new items at the beginning of the list do not change the next page.
 */
export function page<Item>(items: readonly Item[], idOf: (item: Item) => string, { maxResults, nextToken }: Paging) {
  const start = nextToken === undefined ? 0 : 1 + items.findIndex((item) => idOf(item) === fromToken(nextToken));
  if (nextToken !== undefined && start === 0) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  const found = items.slice(start, start + size(maxResults));
  const last = found.at(-1);
  const more = last !== undefined && start + found.length < items.length;
  return { items: found, next: more ? { nextToken: toToken(idOf(last)) } : {} };
}

function size(maxResults: number | undefined): number {
  if (maxResults === undefined || maxResults === 0) return DEFAULT;
  if (Number.isInteger(maxResults) && maxResults > 0 && maxResults <= MOST) return maxResults;
  throw new AwsError('ValidationException', `maxResults must be a whole number from 0 to ${MOST}, got ${maxResults}`);
}

const toToken = (id: string) => Buffer.from(id).toString('base64url');
const fromToken = (token: string) => Buffer.from(token, 'base64url').toString();
