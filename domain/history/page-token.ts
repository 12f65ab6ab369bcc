import { contentHash } from '../content-hash.ts';
import { InvalidInput } from '../errors.ts';
import { type HistoryFilter, type IndexPlace, isWithin } from './history-query.ts';
import type { AskedRange, TimeRange } from './time-range.ts';

/** All that decides which rollbacks a list has, as it was asked. A token is only good for the same list. */
export type AskedList = { readonly environment: string; readonly filter: HistoryFilter; readonly range: AskedRange };

/** The beginning of a page. */
export type PageStart = {
  /** The instants of the first page: `--last 90d` must not move while pages are turned. */
  readonly range: TimeRange;
  /** The last item of the page before. */
  readonly after: IndexPlace;
};

/** The lifetime of a page's token, in milliseconds. An older token is refused, because the list may have changed by then. */
const tokenLives = 24 * 3_600_000;

/**
 * `of`: the hash of the list. `sum`: that of the whole token, so that a token which was edited is refused. It is no
 * signature, and needs none: a page is read with the rights of whoever asks, so a forged token shows its forger another page
 * of the same index.
 */
type Token = PageStart & { readonly of: string; readonly at: number; readonly sum: string };

/** Returns the token of the next page. `now` is the instant of the token, in milliseconds. */
export const pageToken = (asked: AskedList, { range, after }: PageStart, now: number): string =>
  encoded({ of: contentHash(asked), at: now, range, after });

const encoded = (token: Omit<Token, 'sum'>) =>
  Buffer.from(JSON.stringify({ ...token, sum: contentHash(token) })).toString('base64url');

/** Returns where the page of a token begins. Throws InvalidInput if it is none, is of another list, or is too old. */
export function pageStart(asked: AskedList, text: string, now: number): PageStart {
  const again = 'Run the command again without --page to begin at the newest rollback.';
  const token = parsed(text, now);
  if (!token)
    throw new InvalidInput(`The page token "${shortened(text)}" is not one that this command printed. ${again}`);
  if (token.of !== contentHash(asked))
    throw new InvalidInput(`The page token belongs to other filters or to another environment. ${again}`);
  if (now - token.at > tokenLives)
    throw new InvalidInput(`The page token expired: it was printed at ${new Date(token.at).toISOString()}. ${again}`);
  return { range: token.range, after: token.after };
}

const shortened = (text: string) => (text.length > 20 ? `${text.slice(0, 20)}…` : text);

/** Returns the token of a text. Undefined if this command cannot have printed it: another form, or outside of its range. */
function parsed(text: string, now: number): Token | undefined {
  try {
    const { of, at, range, after } = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Token;
    const { pk, sk, started } = after;
    const typed = typeof of === 'string' && Number.isInteger(at) && [pk, sk, started].every(isKey);
    if (!typed || at > now + tokenLives || !isRange(range) || !isWithin(range, started)) return undefined;
    const token = { of, at, range, after: { pk, sk, started } };
    // The sum, the order of the fields and the letters: base64url is read leniently.
    return encoded(token) === text ? { ...token, sum: contentHash(token) } : undefined;
  } catch {
    return undefined;
  }
}

/** DynamoDB refuses an empty key. */
const isKey = (value: unknown) => typeof value === 'string' && value !== '';

const isRange = (range: TimeRange) =>
  Object.entries(range).every(([name, at]) => ['from', 'to'].includes(name) && new Date(at).toISOString() === at);
