import { remembered } from '../remembered.ts';
import type { Check, Remember } from './dynalite.ts';

type Request = Record<string, unknown>;
type Put = { readonly TableName: string };
type Items = Readonly<Record<string, unknown>>;

/** The most of each kind that is remembered: a put without its item, and values in items. */
const MOST = 2000;
/** An item of at most so many characters of JSON is smaller than DynamoDB's most, whose sizes are shorter than JSON. */
const SMALL = 200 * 1024;

/**
 * Remembers the checks of reads by the request itself, which is the same for the same body, and of puts by their parts. A function that polls repeats its reads, and an
 * item that is put again has changed in a few attributes.
 *
 * A request that a check refuses is checked as a whole, so the error is dynalite's. No action changes what was checked.
 */
export const rememberedChecks: Remember = (action, check) => {
  if (action === 'PutItem') return rememberedPuts(check);
  return action === 'GetItem' || action === 'Query' ? rememberedReads(check) : check;
};

function rememberedReads(check: Check): Check {
  const known = new WeakMap<Request, unknown>();
  return (request) => {
    const found = known.get(request) ?? check(request);
    known.set(request, found);
    return found;
  };
}

function rememberedPuts(check: Check): Check {
  /** A put with an empty item. */
  const others = remembered(MOST, (text) => check(JSON.parse(text)) as Put);
  /** A value, as the only attribute of an item. */
  const nested = remembered(MOST, (text) => {
    const { Item } = check({ TableName: 'any', Item: { value: JSON.parse(text) } }) as { Item: Items };
    return Item['value'];
  });
  return (request) => {
    try {
      const item = checkedItem(request['Item'] as Items, nested);
      if (item) return { ...others(JSON.stringify({ ...request, Item: {} })), Item: item };
    } catch {
      // The check of the whole request throws the error.
    }
    return check(request);
  };
}

/** Returns an item whose attributes were checked each; undefined if it may be too large. */
function checkedItem(item: Items, checked: (value: string) => unknown): Items | undefined {
  const sound: Record<string, unknown> = {};
  let characters = 0;
  for (const name of Object.keys(item)) {
    const value = item[name] as object;
    const text = JSON.stringify(value);
    characters += name.length + text.length;
    sound[name] = isAlwaysSound(value) ? value : checked(text);
  }
  return characters > SMALL ? undefined : sound;
}

/** Returns whether a value is a text or a truth value. dynalite checks a text only as a key, when it stores the item. */
function isAlwaysSound(value: object): boolean {
  const { S, BOOL } = value as { readonly S?: unknown; readonly BOOL?: unknown };
  return (typeof S === 'string' || typeof BOOL === 'boolean') && Object.keys(value).length === 1;
}
