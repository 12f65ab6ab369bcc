import { remembered } from '../remembered.ts';
import type { Check, Remember } from './dynalite.ts';

type Request = Record<string, unknown>;
type Put = { readonly TableName: string };
type Items = Readonly<Record<string, unknown>>;

/** The most of each kind that is remembered: a put without its item, values in items, and forms of requests. */
const MOST = 2000;
/** An item of at most so many characters of JSON is smaller than DynamoDB's most, whose sizes are shorter than JSON. */
const SMALL = 200 * 1024;

/**
 * Remembers the checks of reads by the request itself, which is the same for the same body, and of puts by their parts. A function that polls repeats its reads, and an
 * item that is put again has changed in a few attributes. Of any other request with a key, it remembers the form: the request
 * without its texts.
 *
 * A request that a check refuses is checked as a whole, so the error is dynalite's. No action changes what was checked.
 */
export const rememberedChecks: Remember = (action, check) => {
  if (action === 'PutItem') return rememberedPuts(check);
  if (action === 'GetItem' || action === 'Query') return rememberedReads(rememberedForms(check));
  return action === 'UpdateItem' || action === 'DeleteItem' ? rememberedForms(check) : check;
};

function rememberedReads(check: Check): Check {
  const known = new WeakMap<Request, unknown>();
  return (request) => {
    const found = known.get(request) ?? check(request);
    known.set(request, found);
    return found;
  };
}

/** The members of a request whose texts are data: no check but those of `comparing` reads them. */
const dataMembers = ['Key', 'ExclusiveStartKey', 'ExpressionAttributeValues'] as const;
/** Parts of expressions for which dynalite reads values when it checks: the order of two, and the name of a type. */
const comparing = /between|attribute_type/i;
/** Begins the mark of a text in a form. It is followed by the text's number. */
const MARK = '\0';

function rememberedForms(check: Check): Check {
  const forms = remembered(MOST, (form) => check(JSON.parse(form)));
  return (request) => {
    const texts: string[] = [];
    const form = JSON.stringify(withMarks(request, texts));
    const isMarked = form.split('\\u0000').length - 1 === texts.length; // else another text has such a character
    if (!isMarked || comparing.test(form)) return check(request);
    try {
      return withTexts(forms(form), texts);
    } catch {
      return check(request); // throws the error of the request itself
    }
  };
}

/** Returns a request whose texts are replaced by marks, and adds them to `texts`. */
function withMarks(request: Request, texts: string[]): Request {
  const form = { ...request };
  for (const member of dataMembers) {
    const values = request[member] as Items | null | undefined;
    if (typeof values === 'object' && values !== null)
      form[member] = Object.fromEntries(Object.entries(values).map(([name, one]) => [name, marked(one, texts)]));
  }
  return form;
}

function marked(value: unknown, texts: string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { S } = value as { readonly S?: unknown };
  return typeof S === 'string' && Object.keys(value).length === 1 ? { S: `${MARK}${texts.push(S) - 1}` } : value;
}

/** Returns a copy of a checked form with the texts in place of their marks. */
function withTexts(checked: unknown, texts: readonly string[]): unknown {
  if (typeof checked === 'string') return checked.startsWith(MARK) ? texts[Number(checked.slice(1))] : checked;
  if (typeof checked !== 'object' || checked === null) return checked;
  if (Array.isArray(checked)) return checked.map((one) => withTexts(one, texts));
  const copy = (Object.getPrototypeOf(checked) === null ? Object.create(null) : {}) as Record<string, unknown>;
  for (const name of Object.keys(checked)) copy[name] = withTexts((checked as Items)[name], texts);
  return copy;
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
