import type * as z from 'zod';
import { propertiesAs } from '../template/properties.ts';
import { AwsError } from '../wire/aws-error.ts';

/** A value outside of what the API takes. */
export const invalidValue = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);

/** A request, checked against what the account knows of it; a parameter that it does not know is refused by name. */
export function requestAs<Shape extends z.ZodType>(shape: Shape, request: unknown): z.output<Shape> {
  try {
    return propertiesAs(shape, request);
  } catch (error) {
    throw invalidValue((error as Error).message);
  }
}
