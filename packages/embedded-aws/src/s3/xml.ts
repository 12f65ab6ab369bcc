import type { HttpResponse } from '../wire/http-service.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (one) => ENTITIES[one] ?? one);

type Xml = string | number | boolean | undefined | { readonly [name: string]: Xml } | readonly Xml[];

/** Returns elements by their names; a list repeats the element, an undefined value leaves it out. */
export function elements(fields: { readonly [name: string]: Xml }): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => element(name, one)))
    .join('');
}

function element(name: string, value: Xml): string {
  if (value === undefined) return '';
  const inner =
    typeof value === 'object' ? elements(value as { readonly [name: string]: Xml }) : escaped(String(value));
  return `<${name}>${inner}</${name}>`;
}

/** Returns a response whose body is one XML document. */
export const xmlResponse = (root: string, fields: { readonly [name: string]: Xml }): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${elements(fields)}</${root}>`,
});

/** S3's errors have no namespace and no wrapper. */
export const errorBody = (code: string, message: string, requestId: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${elements({ Code: code, Message: message, RequestId: requestId })}</Error>`;
