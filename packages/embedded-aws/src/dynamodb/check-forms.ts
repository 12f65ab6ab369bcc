type Request = Readonly<Record<string, unknown>>;
type Items = Readonly<Record<string, unknown>>;
/** A text of a request, which its mark replaces. */
type Slot = { S: string };

/** The members of a request whose texts are data: no check reads them but for their order, and whether two are equal. */
const dataMembers = ['Key', 'ExclusiveStartKey', 'ExpressionAttributeValues'] as const;
/** A part of expressions for which dynalite reads a text when it checks: the name of a type. */
const READING = /attribute_type/i;
/** Begins the mark of a text in a form. It is followed by the text's place in the order of all texts. */
const MARK = '\0';
/** Digits of a place: as many for each, so that marks have the order of their texts. */
const DIGITS = 4;

/**
 * Returns the form of a request, which is the request with marks in place of its texts, and how to put the texts back into
 * what a check made of the form. Two requests of one form get the same check. No form: the request must be checked itself.
 */
export function marked(request: Request): {
  readonly form: string | undefined;
  readonly restored: (checked: unknown) => unknown;
} {
  const slots: Slot[] = [];
  const copy = withSlots(request, slots);
  const texts = [...new Set(slots.map(({ S }) => S))].sort();
  const marks = new Map(texts.map((text, place) => [text, `${MARK}${String(place).padStart(DIGITS, '0')}`]));
  for (const slot of slots) slot.S = marks.get(slot.S) as string;
  const form = JSON.stringify(copy);
  const isMarked = form.split('\\u0000').length - 1 === slots.length; // else another text has such a character
  const isForm = isMarked && texts.length < 10 ** DIGITS && !READING.test(form);
  return { form: isForm ? form : undefined, restored: (checked) => withTexts(checked, texts) };
}

function withSlots(request: Request, slots: Slot[]): Request {
  const copy = { ...request };
  for (const member of dataMembers)
    if (isObject(request[member])) copy[member] = mapped(request[member], (one) => slotted(one, slots));
  if (isObject(request['RequestItems']))
    copy['RequestItems'] = mapped(request['RequestItems'], (one) => slottedBatch(one, slots));
  return copy;
}

/** A table's part of a batch: keys that are read, or a list of writes. */
function slottedBatch(batch: unknown, slots: Slot[]): unknown {
  const slottedKey = (key: unknown) => (isObject(key) ? mapped(key, (one) => slotted(one, slots)) : key);
  if (Array.isArray(batch))
    return batch.map((write) => {
      const Key = isObject(write) && isObject(write['DeleteRequest']) ? write['DeleteRequest']['Key'] : undefined;
      return Key === undefined
        ? write
        : { ...write, DeleteRequest: { ...write['DeleteRequest'], Key: slottedKey(Key) } };
    });
  if (!isObject(batch) || !Array.isArray(batch['Keys'])) return batch;
  return { ...batch, Keys: batch['Keys'].map(slottedKey) };
}

/** Returns a value in which each text, also in lists and maps, is a slot. */
function slotted(value: unknown, slots: Slot[]): unknown {
  if (!isObject(value) || Object.keys(value).length !== 1) return value;
  const { S, L, M } = value;
  if (Array.isArray(L)) return { L: L.map((one) => slotted(one, slots)) };
  if (isObject(M)) return { M: mapped(M, (one) => slotted(one, slots)) };
  if (typeof S !== 'string') return value;
  const slot = { S };
  slots.push(slot);
  return slot;
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

// biome-ignore lint/suspicious/noExplicitAny: members of a request are looked at before they are used
const isObject = (value: unknown): value is Readonly<Record<string, any>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mapped = (values: Items, change: (value: unknown) => unknown): Items =>
  Object.fromEntries(Object.entries(values).map(([name, one]) => [name, change(one)]));
