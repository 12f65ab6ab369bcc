import { AwsError } from '../wire/aws-error.ts';

/** Returns the error for a value outside the API's model, in AWS's words. */
export const outsideModel = (value: unknown, field: string, constraint: string): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${typeof value === 'string' ? value : JSON.stringify(value)}' at '${field}' ` +
      `failed to satisfy constraint: ${constraint}`,
  );

/** Refuses a number outside the API's model. */
export function checkNumber(value: number | undefined, field: string, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  const bound = value < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
  throw outsideModel(value, field, `Member must have value ${bound}`);
}

/** Refuses a string outside the API's model. */
export function checkText(value: string | undefined, field: string, pattern: RegExp): void {
  if (value === undefined || pattern.test(value)) return;
  throw outsideModel(value, field, `Member must satisfy regular expression pattern: ${pattern.source}`);
}

/** Refuses, by name, a parameter of AWS that the embedded account does not support. */
export function refuseOthers(action: string, request: object, supported: readonly string[]): void {
  const other = Object.entries(request).find(([key, value]) => value !== undefined && !supported.includes(key));
  if (!other) return;
  const known = supported.join(', ');
  throw new AwsError('NotSupportedByEmbeddedAccount', `${action}: ${other[0]} is not supported. Use ${known}.`, 501);
}
