import { remembered } from '../remembered.ts';
import { marked } from './check-forms.ts';
import type { Check, Remember } from './dynalite.ts';
import { soundCharacters } from './sound-values.ts';

type Request = Record<string, unknown>;
type Items = Readonly<Record<string, unknown>>;
type Put = { readonly Item: Items };
type Batch = { readonly RequestItems: Readonly<Record<string, readonly { readonly PutRequest?: Put }[]>> };

/** The most of each kind that is remembered: values in items, and forms of requests. */
const MOST = 2000;
/** An item of at most so many characters is smaller than DynamoDB's most. */
const SMALL = 200 * 1024;

/**
 * Remembers the checks of reads by the request itself, which is the same for the same body, because a function that polls
 * repeats its reads. Of any other request with a key, it remembers the form: the request without its texts. Items of puts are
 * checked by their attributes, most of which no check refuses.
 *
 * A request that a check refuses is checked as a whole, so the error is dynalite's. No action changes what was checked.
 */
export const rememberedChecks: Remember = (action, check) => {
  if (action === 'PutItem') return rememberedPuts(check);
  if (action === 'BatchWriteItem') return rememberedBatches(check);
  if (action === 'GetItem' || action === 'Query') return rememberedReads(rememberedForms(check));
  return ['BatchGetItem', 'UpdateItem', 'DeleteItem'].includes(action) ? rememberedForms(check) : check;
};

function rememberedReads(check: Check): Check {
  const known = new WeakMap<Request, unknown>();
  return (request) => {
    const found = known.get(request) ?? check(request);
    known.set(request, found);
    return found;
  };
}

function rememberedForms(check: Check): Check {
  const forms = remembered(MOST, (form) => check(JSON.parse(form)));
  return (request) => {
    const { form, restored } = marked(request);
    if (form === undefined) return check(request);
    try {
      return restored(forms(form));
    } catch {
      return check(request); // throws the error of the request itself
    }
  };
}

function rememberedPuts(check: Check): Check {
  const others = rememberedForms(check);
  const itemOf = itemCheck((Item) => (check({ TableName: 'any', Item }) as Put).Item);
  return (request) => {
    try {
      const item = itemOf((request as Put).Item);
      return { ...(others({ ...request, Item: {} }) as Put), Item: item };
    } catch {
      return check(request); // throws the error of the request itself
    }
  };
}

function rememberedBatches(check: Check): Check {
  const others = rememberedForms(check);
  const itemOf = itemCheck((Item) => {
    const { RequestItems } = check({ RequestItems: { any: [{ PutRequest: { Item } }] } }) as Batch;
    return RequestItems['any']?.[0]?.PutRequest?.Item as Items;
  });
  return (request) => {
    try {
      const items = withItems(request as Batch, itemOf);
      const checked = others({ ...request, ...withItems(request as Batch, () => ({})) }) as Batch;
      return { ...checked, ...withItems(checked, (_, table, place) => putAt(items, table, place)) };
    } catch {
      return check(request); // throws the error of the request itself
    }
  };
}

/** Returns a batch whose puts have other items. */
const withItems = ({ RequestItems }: Batch, itemOf: (item: Items, table: string, place: number) => Items): Batch => ({
  RequestItems: Object.fromEntries(
    Object.entries(RequestItems).map(([table, writes]) => [
      table,
      writes.map((write, place) =>
        write.PutRequest
          ? { ...write, PutRequest: { ...write.PutRequest, Item: itemOf(write.PutRequest.Item, table, place) } }
          : write,
      ),
    ]),
  ),
});

const putAt = ({ RequestItems }: Batch, table: string, place: number): Items =>
  RequestItems[table]?.[place]?.PutRequest?.Item as Items;

/**
 * Returns a check of items by their attributes. `check` checks an item with one attribute, and its result is remembered.
 * The check throws for an item that may be too large: it must be checked as a whole.
 */
function itemCheck(check: (item: Items) => Items): (item: Items) => Items {
  const nested = remembered(MOST, (text) => check({ value: JSON.parse(text) })['value']);
  return (item) => {
    const checked: Record<string, unknown> = {};
    let characters = 0;
    for (const [name, value] of Object.entries(item)) {
      const sound = soundCharacters(value);
      const text = sound === undefined ? JSON.stringify(value) : '';
      characters += name.length + (sound ?? text.length);
      checked[name] = sound === undefined ? nested(text) : value;
    }
    if (characters > SMALL) throw new RangeError(`An item of ${characters} characters is not small.`);
    return checked;
  };
}
