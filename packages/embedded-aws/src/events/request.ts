import * as z from 'zod';
import { propertiesAs } from '../template/properties.ts';
import { AwsError } from '../wire/aws-error.ts';

/** The fields that name a rule. The default bus is the only bus. */
export const rule = z.strictObject({ Name: z.string(), EventBusName: z.literal('default').optional() });
export type RuleRequest = { readonly Name: string; readonly EventBusName?: string };

/** Checks a request against the schema of the parameters that the account supports; refuses any other by name. */
export function requestAs<Shape extends z.ZodType>(shape: Shape, request: unknown): z.output<Shape> {
  try {
    return propertiesAs(shape, request);
  } catch (error) {
    throw new AwsError('ValidationException', (error as Error).message);
  }
}
