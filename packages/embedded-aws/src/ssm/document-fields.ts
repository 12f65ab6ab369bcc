import { AwsError } from '../wire/aws-error.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Returns an object after a check of its field names. Without `known` every name is allowed. */
export function fields(document: string, field: string, value: unknown, known?: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(document, field, value, 'expected an object');
  }
  for (const key of Object.keys(value)) {
    if (known && !known.includes(key)) refuse(document, `${field}.${key}`, (value as Fields)[key], 'not supported');
  }
  return value as Fields;
}

/** Throws AWS's error for an invalid document. `problem` completes the sentence: what was expected or what to do. */
export function refuse(document: string, field: string, found: unknown, problem: string): never {
  const shown = typeof found === 'string' ? found : JSON.stringify(found);
  throw new AwsError('InvalidDocumentContent', `Document ${document}, ${field}: ${shown}: ${problem}.`);
}
