import { type Bindings, expression } from './expression.ts';

/** A value of a definition. Its strings between `{%` and `%}` are expressions. */
export type Template = {
  /** The text for messages: the expression, or the literal as JSON. */
  readonly source: string;
  readonly location: string;
  /** Whether the value is a literal, which never changes. */
  readonly constant: boolean;
  readonly evaluate: (bindings: Bindings) => unknown;
  /** The keys, if the value is an object. */
  readonly keys?: readonly string[];
};

/** Compiles a value once, so that evaluating it skips literals. Throws if an expression cannot be parsed. */
export function template(value: unknown, location: string): Template {
  if (typeof value === 'string') return textTemplate(value, location);
  if (typeof value !== 'object' || value === null) return literal(value, location);
  const parts = Array.isArray(value)
    ? value.map((item, index) => template(item, `${location}[${index}]`))
    : Object.entries(value).map(([key, item]) => template(item, `${location}/${key}`));
  const keys = Array.isArray(value) ? undefined : Object.keys(value);
  const shape = keys ? { keys } : {};
  if (parts.every((part) => part.constant)) return { ...literal(value, location), ...shape };
  const evaluate = (bindings: Bindings) => filled(parts, keys, bindings);
  return { source: JSON.stringify(value), location, constant: false, evaluate, ...shape };
}

async function filled(parts: readonly Template[], keys: readonly string[] | undefined, bindings: Bindings) {
  const values: unknown[] = [];
  for (const part of parts) values.push(part.constant ? part.evaluate(bindings) : await part.evaluate(bindings));
  return keys ? Object.fromEntries(keys.map((key, index) => [key, values[index]])) : values;
}

function textTemplate(text: string, location: string): Template {
  const opened = text.startsWith('{%');
  const closed = text.endsWith('%}');
  // A text with spaces around {% and %} is a literal on AWS too.
  if (!opened && !closed) return literal(text, location);
  if (!opened || !closed || text.length < 4) {
    throw new Error(`${JSON.stringify(text)} must begin with {% and end with %}, without spaces around them`);
  }
  const source = text.slice(2, -2).trim();
  return { source, location, constant: false, evaluate: expression(source, location) };
}

function literal(value: unknown, location: string): Template {
  return { source: JSON.stringify(value), location, constant: true, evaluate: () => value };
}
