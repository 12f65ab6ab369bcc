import { hash } from 'node:crypto';

/** A float that Python prints with a decimal point, even if it is whole. */
export class Real {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Returns JSON as Python's `json.dumps(value, sort_keys=True)` writes it. */
export function pythonJson(value: unknown, sorted = true): string {
  if (value instanceof Real) return float(value.value);
  if (Array.isArray(value)) return `[${value.map((one) => pythonJson(one, sorted)).join(', ')}]`;
  if (typeof value === 'string') return text(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  const inOrder = sorted ? entries.toSorted(([a], [b]) => (a < b ? -1 : 1)) : entries;
  return `{${inOrder.map(([name, one]) => `${text(name)}: ${pythonJson(one, sorted)}`).join(', ')}}`;
}

/** Returns a value without `Real`: what a reader of the JSON gets. */
export function plain(value: unknown): unknown {
  if (value instanceof Real) return value.value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

const float = (value: number) => {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isInteger(value) ? `${value}.0` : String(value);
};

/** Escapes every character outside ASCII, as `json.dumps` does by default. */
const text = (value: string) =>
  JSON.stringify(value).replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Rounds as Python's `round`: a value exactly between two goes to the even one. */
export function rounded(value: number, digits = 0): number {
  const scaled = value * 10 ** digits;
  if (Math.abs(scaled % 1) === 0.5) return (2 * Math.round(scaled / 2)) / 10 ** digits;
  return Number(value.toFixed(digits));
}

/** Returns the repr of bytes. */
export function bytesRepr(bytes: Uint8Array): string {
  const quote = bytes.includes(39) && !bytes.includes(34) ? '"' : "'";
  const shown = [...bytes].map((byte) => {
    const character = String.fromCharCode(byte);
    if (character === quote || character === '\\') return `\\${character}`;
    if (byte === 9) return '\\t';
    if (byte === 10) return '\\n';
    if (byte === 13) return '\\r';
    return byte < 32 || byte > 126 ? `\\x${byte.toString(16).padStart(2, '0')}` : character;
  });
  return `b${quote}${shown.join('')}${quote}`;
}

export const sha256 = (content: string | Uint8Array): string => hash('sha256', content);

/** A script that ended with a message on standard error, and perhaps a report before it. */
export class Exit extends Error {
  readonly report: Readonly<Record<string, unknown>> | undefined;

  constructor(message: string, report?: Readonly<Record<string, unknown>>) {
    super(message);
    this.report = report;
  }
}
