import { AwsError } from '../wire/aws-error.ts';
import { fields, refuse } from './document-fields.ts';

/** A parameter of a document. One without a default must be given. */
export type Parameter = {
  readonly name: string;
  readonly description: string;
  readonly default: string | undefined;
  readonly allowedValues: readonly string[] | undefined;
  readonly allowedPattern: string | undefined;
  /** `interpolationType: ENV_VAR`: arrives as `$SSM_<name>` instead of being written into the script. */
  readonly asVariable: boolean;
};

const FIELDS = ['type', 'description', 'default', 'allowedValues', 'allowedPattern', 'interpolationType'];

/** The agent knows parameters by names of letters and digits only (paramNameRegex in its parameters.go). */
const NAME = /^[a-zA-Z0-9]+$/;

/** What Go's RE2, with which the agent checks a value again, does not know: look-around and back-references. */
const NOT_IN_RE2 = /\(\?<?[=!]|\\[1-9]/;

/** Reads the declaration of a parameter. */
export function parameterOf(document: string, name: string, value: unknown): Parameter {
  const field = `parameters.${name}`;
  const declared = fields(document, field, value, FIELDS);
  const { type, description = '', allowedValues, allowedPattern, interpolationType } = declared;
  if (!NAME.test(name)) refuse(document, field, name, 'the agent knows only names of letters and digits');
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
  if (typeof pattern !== 'string') return refuse(document, field, pattern, 'it is a string');
  if (NOT_IN_RE2.test(pattern)) refuse(document, field, pattern, 'the agent has no look-around or back-references');
  try {
    new RegExp(pattern);
  } catch {
    refuse(document, field, pattern, 'it is no regular expression');
  }
  return pattern;
}

/** The values a command runs with, defaults filled in; refuses unknown, missing and forbidden ones. */
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
  if (value === undefined) throw invalid(document, `needs the parameter ${name}, which was not given`);
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

/** The names that a text refers to as `{{ name }}`. */
export const references = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*([a-zA-Z0-9]+)\s*\}\}/g)].map((match) => String(match[1]));

/** Writes the values into the text, as they are: whatever they contain becomes part of the script. */
export const withValues = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replace(/\{\{\s*([a-zA-Z0-9]+)\s*\}\}/g, (reference, name: string) => values.get(name) ?? reference);

/** The variables in which a script finds its ENV_VAR parameters. */
export const variables = (parameters: readonly Parameter[], values: ReadonlyMap<string, string>) =>
  Object.fromEntries(
    parameters.filter(({ asVariable }) => asVariable).map(({ name }) => [`SSM_${name}`, values.get(name) ?? '']),
  );
