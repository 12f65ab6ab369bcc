import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** The members of a document command's input or output that hold plain values (@aws-sdk/lib-dynamodb 3, KeyNodes). */
export type Nodes = { readonly [member: string]: Nodes } | null | undefined;

/** Returns a document command's input with DynamoDB's types. Throws the SDK's error for a value without a type. */
export const marshalled = (input: unknown, nodes: Nodes): unknown =>
  changed(input, nodes, (value) => marshall(value as never, { convertTopLevelContainer: true } as never));

/** Returns the output of a document command: plain values in place of DynamoDB's types. */
export const unmarshalled = (output: unknown, nodes: Nodes): unknown =>
  changed(output, nodes, (value) => unmarshall(value as never, { convertWithoutMapWrapper: true } as never));

/** Returns a copy of a value in which `change` has replaced what the nodes name: null: the value, {}: all its members. */
function changed(value: unknown, nodes: Nodes, change: (value: unknown) => unknown): unknown {
  if (value === undefined) return undefined;
  if (nodes === null || nodes === undefined) return change(value);
  const names = Object.keys(nodes);
  if (names.length === 0) return mapped(value, (member) => changed(member, null, change));
  if (names.length === 1 && names[0] === '*') return mapped(value, (member) => changed(member, nodes['*'], change));
  const copy = { ...(value as Record<string, unknown>) };
  for (const name of names) {
    const member = changed(copy[name], nodes[name], change);
    if (member !== undefined) copy[name] = member;
  }
  return copy;
}

/** Returns a list or an object with other members. */
const mapped = (value: unknown, change: (member: unknown) => unknown): unknown =>
  Array.isArray(value)
    ? value.map(change)
    : Object.fromEntries(Object.entries((value ?? {}) as object).map(([name, member]) => [name, change(member)]));
