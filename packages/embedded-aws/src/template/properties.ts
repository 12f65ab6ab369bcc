import * as z from 'zod';

/** Returns a resource's properties, checked against a schema. Throws an error that names an unknown property. */
export function propertiesAs<Shape extends z.ZodType>(shape: Shape, properties: unknown): z.output<Shape> {
  const parsed = shape.safeParse(properties);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
