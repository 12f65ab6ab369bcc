import * as z from 'zod';
import { BadRequest } from './bad-request.ts';
import { attributeConstraints, violation } from './flag-constraints.ts';

/** The document of an AWS.AppConfig.FeatureFlags profile, as it is stored (user guide, type reference). */
export type FlagDocument = z.output<typeof flagDocument>;

/** Feature flags as clients receive them: the values alone. */
export type Flags = Readonly<Record<string, { readonly enabled: boolean } & Readonly<Record<string, unknown>>>>;

const key = z.string().regex(/^[a-z][a-zA-Z\d_-]{0,63}$/);
const stamps = { _createdAt: z.string().optional(), _updatedAt: z.string().optional() };
const description = z.string().max(1024).optional();

const flagDefinition = z.strictObject({
  name: z
    .string()
    .regex(/^[^\n]{1,64}$/)
    .optional(),
  description,
  ...stamps,
  _deprecation: z.strictObject({ status: z.literal('planned').optional(), date: z.string().optional() }).optional(),
  attributes: z
    .record(key, z.strictObject({ description, constraints: attributeConstraints.optional() }))
    .refine((attributes) => Object.keys(attributes).length <= 25, 'a flag has at most 25 attributes')
    .optional(),
});

const attributeValue = z.union([
  z.string().max(1024),
  z.number(),
  z.boolean(),
  z.array(z.string().max(1024)),
  z.array(z.number()),
]);

/** Without variants: they need a caller's context, and the account's hosts send none. */
const flagValue = z.object({ enabled: z.boolean(), ...stamps }).catchall(attributeValue);

const flagDocument = z.strictObject({
  version: z.literal('1'),
  flags: z.record(key, flagDefinition).default({}),
  values: z.record(key, flagValue).default({}),
});

/** Parses a document; refuses what AppConfig would refuse when it creates a version. */
export function parseFlags(content: Buffer): FlagDocument {
  const parsed = flagDocument.safeParse(jsonOf(content));
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  const problems = [...undefinedValues(parsed.data), ...violations(parsed.data)];
  if (problems.length > 0) throw invalid(problems.join('\n'));
  return parsed.data;
}

/**
 * Returns the values in the format of retrieval. A flag that is off has no attributes; a flag without a value is off.
 *
 * The user guide documents the first rule ("if a flag sets enabled to true, any attributes of the flag will be present
 * as well"). Of the second it documents only that the keys are those of the flags.
 */
export const retrieved = ({ flags, values }: FlagDocument): Flags =>
  Object.fromEntries(Object.keys(flags).map((flag) => [flag, retrievedValue(values[flag])]));

/** Adds the times of creation and change to each flag. Stored content therefore differs from the content sent. */
export function stamped(document: FlagDocument, at: string): FlagDocument {
  const stamp = <One extends { _createdAt?: string | undefined }>(all: Readonly<Record<string, One>>) =>
    Object.fromEntries(
      Object.entries(all).map(([name, one]) => [name, { ...one, _createdAt: one._createdAt ?? at, _updatedAt: at }]),
    );
  return { ...document, flags: stamp(document.flags), values: stamp(document.values) };
}

function retrievedValue(value: FlagDocument['values'][string] | undefined): Flags[string] {
  if (!value?.enabled) return { enabled: false };
  const { enabled, _createdAt, _updatedAt, ...attributes } = value;
  return { enabled, ...attributes };
}

const attributesOf = ({ enabled: _, _createdAt, _updatedAt, ...attributes }: FlagDocument['values'][string]) =>
  attributes;

/** Returns one sentence per value whose flag or attribute is not defined. */
const undefinedValues = ({ flags, values }: FlagDocument): string[] =>
  Object.entries(values).flatMap(([flag, value]) => {
    const definition = flags[flag];
    if (!definition) return [`values has ${flag}, but flags does not define it`];
    return Object.keys(attributesOf(value))
      .filter((attribute) => !definition.attributes?.[attribute])
      .map((attribute) => `values.${flag} has ${attribute}, but flags.${flag}.attributes does not define it`);
  });

/** Returns one sentence per attribute that violates its constraints. */
const violations = ({ flags, values }: FlagDocument): string[] =>
  Object.entries(values).flatMap(([flag, value]) =>
    Object.entries(flags[flag]?.attributes ?? {}).flatMap(([attribute, { constraints }]) => {
      const found = violation(constraints, attributesOf(value)[attribute]);
      return found ? [`values.${flag}.${attribute}: ${found}`] : [];
    }),
  );

function jsonOf(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    throw invalid('the content is not JSON');
  }
}

const invalid = (reason: string) =>
  new BadRequest(`The content is not a valid AWS.AppConfig.FeatureFlags document: ${reason}`, {
    Reason: 'InvalidConfiguration',
    Details: { InvalidConfiguration: [{ Reason: reason }] },
  });
