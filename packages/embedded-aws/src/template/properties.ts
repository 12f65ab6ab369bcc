import * as z from 'zod';

/** A resource's properties, checked against what its maker knows; one that it does not know is an error, by name. */
export function propertiesAs<Shape extends z.ZodType>(shape: Shape, properties: unknown): z.output<Shape> {
  const parsed = shape.safeParse(properties);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
