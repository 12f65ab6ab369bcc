/** `{ S: 'EVENT#1' }`, as the wire has it. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** A Query's own way to say which partition it reads. */
export type KeyCondition = {
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Attributes;
};

/** The partition keys that some keys or items name, as IAM compares them: as text. */
export const leadingKeys = (partitionKey: string | undefined, named: readonly (Attributes | undefined)[]): string[] =>
  partitionKey === undefined ? [] : named.flatMap((attributes) => textsOf(attributes?.[partitionKey]));

/** The partition key that a Query reads: its condition must equate it with a value. */
export function queriedKeys(
  partitionKey: string,
  {
    KeyConditionExpression = '',
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
  }: KeyCondition,
): string[] {
  const equalities = [...KeyConditionExpression.matchAll(/([#\w][\w.-]*)\s*=\s*(:\w+)/g)];
  return equalities
    .filter(([, name = '']) => (names[name] ?? name) === partitionKey)
    .flatMap(([, , value = '']) => textsOf(values[value]));
}

/** Strings, numbers and binaries (base64) are all text on the wire; nothing else can be a key. */
const textsOf = (value: AttributeValue | undefined): string[] =>
  [value?.['S'] ?? value?.['N'] ?? value?.['B']].filter((text) => typeof text === 'string');
