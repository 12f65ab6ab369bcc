import { AwsError } from '../wire/aws-error.ts';
import { fields, refuse } from './document-fields.ts';

/** A parameter of a document. A request must contain every parameter without a default. */
export type Parameter = {
  readonly name: string;
  readonly description: string;
  readonly default: string | undefined;
  readonly allowedValues: readonly string[] | undefined;
  readonly allowedPattern: string | undefined;
  /** `interpolationType: ENV_VAR`: the value is in the variable `$SSM_<name>` and not written into the script. */
  readonly asVariable: boolean;
};

const FIELDS = ['type', 'description', 'default', 'allowedValues', 'allowedPattern', 'interpolationType'];

/** The agent accepts only letters and digits in a parameter's name (paramNameRegex in its parameters.go). */
const NAME = /^[a-zA-Z0-9]+$/;

/** Look-around and back-references. The agent checks values with Go's RE2, which does not support them. */
const NOT_IN_RE2 = /\(\?<?[=!]|\\[1-9]/;

/** Parses the declaration of a parameter. */
export function parameterOf(document: string, name: string, value: unknown): Parameter {
  const field = `parameters.${name}`;
  const declared = fields(document, field, value, FIELDS);
  const { type, description = '', allowedValues, allowedPattern, interpolationType } = declared;
  if (!NAME.test(name)) refuse(document, field, name, 'the agent accepts only letters and digits in names');
  if (type !== 'String') refuse(document, `${field}.type`, type, 'only String is supported');
  if (interpolationType !== undefined && interpolationType !== 'ENV_VAR') {
    refuse(document, `${field}.interpolationType`, interpolationType, 'only ENV_VAR is supported');
  }
  const parameter: Parameter = {
    name,
    description: String(description),
    default: declared['default'] === undefined ? undefined : String(declared['default']),
    allowedValues: Array.isArray(allowedValues) ? allowedValues.map(String) : undefined,
    allowedPattern: patternOf(document, `${field}.allowedPattern`, allowedPattern),
    asVariable: interpolationType === 'ENV_VAR',
  };
  const objection = parameter.default === undefined ? undefined : objectionTo(parameter, parameter.default);
  if (objection) refuse(document, `${field}.default`, parameter.default, objection);
  return parameter;
}

function patternOf(document: string, field: string, pattern: unknown): string | undefined {
  if (pattern === undefined) return undefined;
  if (typeof pattern !== 'string') return refuse(document, field, pattern, 'expected a string');
  if (NOT_IN_RE2.test(pattern))
    refuse(document, field, pattern, 'the agent supports neither look-around nor back-references');
  try {
    new RegExp(pattern);
  } catch {
    refuse(document, field, pattern, 'expected a regular expression');
  }
  return pattern;
}

/** Returns the values for a command, including defaults. Refuses unknown, missing and forbidden values. */
export function valuesOf(
  document: string,
  parameters: readonly Parameter[],
  given: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<string, string> {
  const unknown = Object.keys(given).filter((name) => !parameters.some((parameter) => parameter.name === name));
  if (unknown.length > 0) throw invalid(document, `has no parameter ${unknown.join(', ')}`);
  return new Map(
    parameters.map((parameter) => [parameter.name, checkedValue(document, parameter, given[parameter.name])]),
  );
}

function checkedValue(document: string, parameter: Parameter, given: readonly string[] | undefined): string {
  const { name } = parameter;
  const value = given === undefined ? parameter.default : given[0];
  if (value === undefined) throw invalid(document, `needs the parameter ${name}, but the request has none`);
  if (given && given.length !== 1) throw invalid(document, `takes one value for ${name}, got ${given.length}`);
  if (value.includes('\0')) throw invalid(document, `got a null character in ${name}`);
  const objection = objectionTo(parameter, value);
  if (objection) throw invalid(document, `cannot take ${JSON.stringify(value)} as ${name}: ${objection}`);
  return value;
}

function objectionTo({ allowedValues, allowedPattern }: Parameter, value: string): string | undefined {
  if (allowedValues && !allowedValues.includes(value)) return `allowedValues are ${allowedValues.join(', ')}`;
  if (allowedPattern && !new RegExp(allowedPattern).test(value)) return `allowedPattern is ${allowedPattern}`;
  return undefined;
}

const invalid = (document: string, what: string) => new AwsError('InvalidParameters', `Document ${document} ${what}.`);

/** Returns the names that a text refers to as `{{ name }}`. */
export const references = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*([a-zA-Z0-9]+)\s*\}\}/g)].map((match) => String(match[1]));

/** Writes the values into the text without escaping, so they become part of the script. */
export const withValues = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replace(/\{\{\s*([a-zA-Z0-9]+)\s*\}\}/g, (reference, name: string) => values.get(name) ?? reference);

/** Returns the environment variables that contain the ENV_VAR parameters. */
export const variables = (parameters: readonly Parameter[], values: ReadonlyMap<string, string>) =>
  Object.fromEntries(
    parameters.filter(({ asVariable }) => asVariable).map(({ name }) => [`SSM_${name}`, values.get(name) ?? '']),
  );
