import * as z from 'zod';
import { propertiesAs } from '../template/properties.ts';
import { AwsError } from '../wire/aws-error.ts';

/** What names a rule. There is no other bus than the default one. */
export const rule = z.strictObject({ Name: z.string(), EventBusName: z.literal('default').optional() });
export type RuleRequest = { readonly Name: string; readonly EventBusName?: string };

/** A request, checked against what the account knows of it; a parameter that it does not know is refused by name. */
export function requestAs<Shape extends z.ZodType>(shape: Shape, request: unknown): z.output<Shape> {
  try {
    return propertiesAs(shape, request);
  } catch (error) {
    throw new AwsError('ValidationException', (error as Error).message);
  }
}
