import type * as z from 'zod';
import { propertiesAs } from '../template/properties.ts';
import { AwsError } from '../wire/aws-error.ts';

/** Returns the error for a value that the API does not take. */
export const invalidValue = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);

/** Checks a request against the schema of the parameters that the account supports; refuses any other by name. */
export function requestAs<Shape extends z.ZodType>(shape: Shape, request: unknown): z.output<Shape> {
  try {
    return propertiesAs(shape, request);
  } catch (error) {
    throw invalidValue((error as Error).message);
  }
}
