import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** The members of a document command's input or output that hold plain values (@aws-sdk/lib-dynamodb 3, KeyNodes). */
export type Nodes = { readonly [member: string]: Nodes } | null | undefined;

type Members = Readonly<Record<string, unknown>>;

/** Returns the body of a document command's request. Throws the SDK's error for a value without a type of DynamoDB. */
export function documentBody(input: unknown, nodes: Nodes, names: readonly string[]): string {
  const typed = (value: unknown) => binaries({ ...marshall(value as never, asMember as never) }, toBase64);
  return JSON.stringify(only(changed(input, nodes, typed) as Members, names));
}

/** Returns the output of a document command: plain values in place of DynamoDB's types. */
export function documentOutput(body: string, nodes: Nodes, names: readonly string[]): Members {
  const plain = (value: unknown) => unmarshall(binaries(value as Attribute, fromBase64) as never, ofMember as never);
  return changed(only(JSON.parse(body || '{}') as Members, names), nodes, plain) as Members;
}

/** The SDK's options for values that are members of an input or output, as lib-dynamodb sets them. */
const asMember = { convertTopLevelContainer: true };
const ofMember = { convertWithoutMapWrapper: true };

/** Returns the members that the operation has. */
const only = (members: Members, names: readonly string[]): Members =>
  Object.fromEntries(names.filter((name) => members[name] != null).map((name) => [name, members[name]]));

/** A value with its type: `{ S: 'text' }`. */
type Attribute = Readonly<Record<string, unknown>>;

const toBase64 = (bytes: unknown) => Buffer.from(bytes as Uint8Array).toString('base64');
const fromBase64 = (text: unknown) => new Uint8Array(Buffer.from(String(text), 'base64'));

/** Returns a value whose binary values, also those inside it, are changed. */
function binaries(attribute: Attribute, change: (binary: unknown) => unknown): Attribute {
  const { B, BS, L, M } = attribute;
  if (B !== undefined) return { B: change(B) };
  if (BS !== undefined) return { BS: (BS as unknown[]).map(change) };
  const inside = (member: unknown) => binaries(member as Attribute, change);
  if (L !== undefined) return { L: mapped(L, inside) };
  return M === undefined ? attribute : { M: mapped(M, inside) };
}

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
