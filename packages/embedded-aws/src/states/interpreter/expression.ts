import jsonata from 'jsonata';
import { QueryEvaluationError } from './state-failure.ts';

/** The names that an expression may use: the variables, `states`, and the functions of Step Functions. */
export type Bindings = Readonly<Record<string, unknown>>;

/** A compiled expression of a definition. */
export type Expression = (bindings: Bindings) => Promise<unknown>;

// Compiling takes eight times as long as evaluating, and the phases' machines share most of their expressions.
const compiled = new Map<string, jsonata.Expression>();

/** Compiles the text between `{%` and `%}`. Throws JSONata's error if it cannot parse the text. */
export function expression(source: string, location: string): Expression {
  const parsed = compiled.get(source) ?? jsonata(source);
  compiled.set(source, parsed);
  return async (bindings) => {
    const result = await evaluated(parsed, source, location, bindings);
    if (result === undefined) {
      throw new QueryEvaluationError(location, `${the(source, location)} returned nothing (undefined).`);
    }
    if (isFunction(result)) {
      throw new QueryEvaluationError(location, `${the(source, location)} returned an unsupported result type.`);
    }
    return result;
  };
}

/** Returns the failure of an expression whose result has the wrong type, in AWS's words. */
export function unexpectedType(source: string, location: string, expected: string, value: unknown) {
  const found = `Expected '${expected}', but was '${typeName(value)}'`;
  return new QueryEvaluationError(
    location,
    `${the(source, location)} returned an unexpected result type. ${found} for value: ${JSON.stringify(value)}`,
  );
}

async function evaluated(parsed: jsonata.Expression, source: string, location: string, bindings: Bindings) {
  try {
    return await parsed.evaluate(undefined, bindings);
  } catch (error) {
    // JSONata throws plain objects with a code and a message.
    const { code, message = error } = (error ?? {}) as { code?: unknown; message?: unknown };
    const text = code === undefined ? message : `${code}: ${message}`;
    throw new QueryEvaluationError(location, `${the(source, location)} threw an error during evaluation. ${text}`);
  }
}

const the = (source: string, location: string) =>
  `The JSONata expression '${source}' specified for the field '${location}'`;

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Returns whether a value is a function. JSONata's own functions are objects with a mark. */
function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  return '_jsonata_lambda' in value || '_jsonata_function' in value;
}
