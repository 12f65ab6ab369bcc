/** A value in the wire format, e.g. `{ S: 'EVENT#1' }`. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** The part of a Query that selects its partition. */
export type KeyCondition = {
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Attributes;
};

/** Returns the values of the partition key in these keys or items. They are texts, because IAM compares texts. */
export const leadingKeys = (partitionKey: string | undefined, named: readonly (Attributes | undefined)[]): string[] =>
  partitionKey === undefined ? [] : named.flatMap((attributes) => textsOf(attributes?.[partitionKey]));

/** Returns the partition key that a Query reads: the value that its condition compares the key with. */
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

/** Returns the text of a key. Strings, numbers and binaries (base64) are text on the wire; other types cannot be keys. */
const textsOf = (value: AttributeValue | undefined): string[] =>
  [value?.['S'] ?? value?.['N'] ?? value?.['B']].filter((text) => typeof text === 'string');
