/** Parses a request of the Query protocol. Dotted names become objects: `Attributes.entry.1.key=…` is `{ Attributes: … }`. */
export function parseQuery(body: string): { action: string; fields: Readonly<Record<string, unknown>> } {
  const tree: Tree = {};
  for (const [name, value] of new URLSearchParams(body)) put(tree, name.split('.'), value);
  const { Action = '', Version: _, ...fields } = withMaps(tree) as Record<string, unknown>;
  return { action: String(Action), fields };
}

type Tree = { [name: string]: string | Tree };

function put(tree: Tree, [name = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    tree[name] = value;
    return;
  }
  const below = tree[name];
  const branch = typeof below === 'object' ? below : {};
  tree[name] = branch;
  put(branch, rest, value);
}

/** Converts maps, which are sent as numbered entries of a key and a value. SNS has two spellings of these names. */
function withMaps(value: string | Tree | undefined): unknown {
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value['entry'] === 'object') {
    const entries = Object.values(value['entry']) as Tree[];
    return Object.fromEntries(
      entries.map((entry) => [entry['Name'] ?? entry['key'], withMaps(entry['Value'] ?? entry['value'])]),
    );
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withMaps(one)]));
}

/** Returns a response of the Query protocol. */
export const responseXml = (namespace: string, action: string, result: unknown, requestId: string): string =>
  `<${action}Response xmlns="${namespace}"><${action}Result>${xml(result)}</${action}Result>` +
  `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>\n`;

/** An error of the Query protocol. */
export type QueryError = { readonly code: string; readonly message: string; readonly status: number };

export const errorXml = (namespace: string, { code, message, status }: QueryError, requestId: string): string =>
  `<ErrorResponse xmlns="${namespace}"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>` +
  `<Code>${escaped(code)}</Code><Message>${escaped(message)}</Message></Error>` +
  `<RequestId>${requestId}</RequestId></ErrorResponse>\n`;

/** Writes structures by field name, lists as members, maps as entries, and instants as ISO 8601. */
function xml(value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one) => `<member>${xml(one)}</member>`).join('');
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map)
    return [...value].map(([key, one]) => `<entry><key>${xml(key)}</key><value>${xml(one)}</value></entry>`).join('');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([name, one]) => `<${name}>${xml(one)}</${name}>`)
      .join('');
  return escaped(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (one) => ENTITIES[one] ?? one);
