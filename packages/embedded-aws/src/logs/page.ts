import { AwsError } from '../wire/aws-error.ts';

/** Returns one page of a list, and the token of the next page if one exists. */
export function page<Item>(all: readonly Item[], size: number, token: string | undefined) {
  const start = token === undefined ? '0' : Buffer.from(token, 'base64url').toString();
  if (!/^\d+$/.test(start))
    throw new AwsError('InvalidParameterException', `The specified nextToken is invalid: ${token}.`);
  const end = Number(start) + size;
  const next = end < all.length ? { nextToken: Buffer.from(String(end)).toString('base64url') } : {};
  return { items: all.slice(Number(start), end), next };
}
