const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (one) => ENTITIES[one] ?? one);

/** EC2 has a dialect of the Query protocol of its own: no result element, and lists of `item`. */
export const responseXml = (action: string, result: object, requestId: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="${NAMESPACE}">` +
  `${xml({ requestId, ...result })}</${action}Response>\n`;

export const errorXml = (code: string, message: string, requestId: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors>${xml({ Error: { Code: code, Message: message } })}` +
  `</Errors>${xml({ RequestID: requestId })}</Response>\n`;

function xml(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => `<item>${xml(one)}</item>`).join('');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, one]) => `<${name}>${xml(one)}</${name}>`)
      .join('');
  return escaped(String(value));
}
