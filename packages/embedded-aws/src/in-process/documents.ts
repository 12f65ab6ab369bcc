import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { frozen } from './frozen.ts';

/** The members of a document command's input or output that hold plain values (@aws-sdk/lib-dynamodb 3, KeyNodes). */
export type Nodes = { readonly [member: string]: Nodes } | null | undefined;

type Members = Readonly<Record<string, unknown>>;

/**
 * Returns the JSON of a document command's request, as a value. Throws the SDK's error for a value without a type of DynamoDB.
 */
export function documentRequest(input: unknown, nodes: Nodes, names: readonly string[]): object {
  return only(changed(input, nodes, typed) as Members, names);
}

/** Returns the output of a document command from a response's JSON: plain values in place of DynamoDB's types. All are frozen. */
export function documentOutput(response: object, nodes: Nodes, names: readonly string[]): Members {
  return frozen(changed(only(response as Members, names), nodes, plain)) as Members;
}

/** The plain forms of items. A table returns the same object for an item until it is written again. */
const plainItems = new WeakMap<object, unknown>();

function plainItem(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return mapped(item, plain);
  const known = plainItems.get(item) ?? frozen(mapped(item, plain));
  plainItems.set(item, known as object);
  return known;
}

/** The SDK's options for values that are members of an input or output, as lib-dynamodb sets them. */
const asMember = { convertTopLevelContainer: true };
const ofMember = { convertWithoutMapWrapper: true };

/** Returns the members that the operation has. */
function only(members: Members, names: readonly string[]): Members {
  const found: Record<string, unknown> = {};
  for (const name of names) if (members[name] != null) found[name] = members[name];
  return found;
}

/** A value with its type: `{ S: 'text' }`. */
type Attribute = Readonly<Record<string, unknown>>;

/** Returns a value with its type. Values of JSON are converted here, which is faster than in the SDK; all others there. */
function typed(value: unknown): Attribute {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return { N: String(value) };
  if (Array.isArray(value) && !value.some(isFunction)) return { L: value.map(typed) };
  if (isPlainObject(value) && !Object.values(value).some(isFunction)) return { M: mapped(value, typed) };
  return binaries({ ...marshall(value as never, asMember as never) }, toBase64);
}

/** Returns the plain value of a value with its type, as `typed` takes it. */
function plain(value: unknown): unknown {
  const { S, N, BOOL, NULL, L, M } = value as {
    S?: string;
    N?: string;
    BOOL?: boolean;
    NULL?: true;
    L?: [];
    M?: object;
  };
  if (S !== undefined) return S;
  if (N !== undefined && Math.abs(Number(N)) <= Number.MAX_SAFE_INTEGER) return Number(N);
  if (BOOL !== undefined) return BOOL;
  if (NULL !== undefined) return null;
  if (L !== undefined) return L.map(plain);
  if (M !== undefined) return mapped(M, plain);
  return unmarshall(binaries(value as Attribute, fromBase64) as never, ofMember as never);
}

const isFunction = (value: unknown) => typeof value === 'function';
/** Not one with a member `constructor`, which the SDK refuses. */
const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && value.constructor === Object;

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
  if (names.length === 0)
    return change === plain ? plainItem(value) : mapped(value, (member) => changed(member, null, change));
  if (names.length === 1 && names[0] === '*') return mapped(value, (member) => changed(member, nodes['*'], change));
  const copy: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(value as Members)) {
    const member = names.includes(name) ? changed(one, nodes[name], change) : one;
    if (member !== undefined) copy[name] = member; // as in JSON
  }
  return copy;
}

/** Returns a list or an object with other members. */
function mapped(value: unknown, change: (member: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((member) => change(member));
  const members = (value ?? {}) as Members;
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(members)) {
    const member = change(members[name]);
    if (member !== undefined) copy[name] = member; // as in JSON
  }
  return copy;
}
