import { remembered } from '../remembered.ts';
import type { Check, Remember } from './dynalite.ts';

type Request = Record<string, unknown>;
type Put = { readonly TableName: string };
type Items = Readonly<Record<string, unknown>>;

/** The most of each kind that is remembered: a put without its item, and lists and maps of items. */
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
  /** A list or a map, as the only attribute of an item. */
  const nested = remembered(MOST, (text) => {
    const { Item } = check({ TableName: 'any', Item: { value: JSON.parse(text) } }) as { Item: Items };
    return Item['value'];
  });
  return (request) => {
    try {
      const item = checkedItem(request['Item'] as Items, { check, nested });
      if (item) return { ...others(JSON.stringify({ ...request, Item: {} })), Item: item };
    } catch {
      // The check of the whole request throws the error.
    }
    return check(request);
  };
}

type Checks = { readonly check: Check; readonly nested: (text: string) => unknown };

/** Returns an item whose attributes were checked each; undefined if it may be too large. */
function checkedItem(item: Items, { check, nested }: Checks): Items | undefined {
  const checked: Record<string, unknown> = {};
  const simple: Record<string, unknown> = {};
  let characters = 0;
  for (const [name, value] of Object.entries(item)) {
    const { L, M } = value as { readonly L?: unknown; readonly M?: unknown };
    const text = JSON.stringify(value);
    characters += name.length + text.length;
    checked[name] = L === undefined && M === undefined ? undefined : nested(text);
    if (checked[name] === undefined) simple[name] = value;
  }
  if (characters > SMALL) return undefined;
  return { ...checked, ...(check({ TableName: 'any', Item: simple }) as { Item: Items }).Item };
}
