import * as z from 'zod';

const required = z.boolean().optional();

const element = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('string'),
    required,
    pattern: z.string().max(1024).optional(),
    enum: z.array(z.union([z.string().max(1024), z.int()])).optional(),
  }),
  z.strictObject({ type: z.literal('number'), required, minimum: z.int().optional(), maximum: z.int().optional() }),
]);

/** The constraints that a flag's definition sets for one attribute (user guide, type reference). */
export const attributeConstraints = z.discriminatedUnion('type', [
  ...element.options,
  z.strictObject({ type: z.literal('array'), required, elements: element.optional() }),
  z.strictObject({ type: z.literal('boolean'), required }),
]);
export type AttributeConstraints = z.output<typeof attributeConstraints>;

/** Returns how a value violates its constraints; undefined if it is allowed. */
export function violation(constraints: AttributeConstraints | undefined, value: unknown): string | undefined {
  if (value === undefined) return constraints?.required ? 'is required and missing' : undefined;
  if (!constraints) return undefined;
  const type = Array.isArray(value) ? 'array' : typeof value;
  if (type !== constraints.type) return `must be of type ${constraints.type}, got ${JSON.stringify(value)}`;
  switch (constraints.type) {
    case 'string':
      return wrongText(constraints, String(value));
    case 'number':
      return wrongNumber(constraints, Number(value));
    case 'array':
      return (value as unknown[]).map((one) => violation(constraints.elements, one)).find(Boolean);
    case 'boolean':
      return undefined;
  }
}

function wrongText(
  { pattern, enum: allowed }: { pattern?: string | undefined; enum?: unknown[] | undefined },
  value: string,
) {
  if (allowed && !allowed.includes(value)) return `must be one of ${allowed.join(', ')}, got ${value}`;
  if (pattern && !new RegExp(pattern).test(value)) return `must match ${pattern}, got ${value}`;
  return undefined;
}

function wrongNumber(limits: { minimum?: number | undefined; maximum?: number | undefined }, value: number) {
  const { minimum = -Infinity, maximum = Infinity } = limits;
  return value < minimum || value > maximum ? `must be from ${minimum} to ${maximum}, got ${value}` : undefined;
}
