import type * as z from 'zod';
import { propertiesAs } from '../template/properties.ts';
import { AwsError } from '../wire/aws-error.ts';

/** Checks a request against the schema of the parameters that the account supports; refuses any other by name. */
export function requestAs<Shape extends z.ZodType>(shape: Shape, request: unknown): z.output<Shape> {
  try {
    return propertiesAs(shape, request);
  } catch (error) {
    throw new AwsError('InvalidParameterException', (error as Error).message);
  }
}
