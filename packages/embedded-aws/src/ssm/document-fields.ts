import { AwsError } from '../wire/aws-error.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** An object with no fields but the known ones (any, where none are listed). */
export function fields(document: string, field: string, value: unknown, known?: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(document, field, value, 'it is an object');
  }
  for (const key of Object.keys(value)) {
    if (known && !known.includes(key)) refuse(document, `${field}.${key}`, (value as Fields)[key], 'not supported');
  }
  return value as Fields;
}

/** Fails the creation of a document, by the name AWS gives that failure. */
export function refuse(document: string, field: string, found: unknown, what: string): never {
  const shown = typeof found === 'string' ? found : JSON.stringify(found);
  throw new AwsError('InvalidDocumentContent', `Document ${document}, ${field}: ${shown}: ${what}.`);
}
