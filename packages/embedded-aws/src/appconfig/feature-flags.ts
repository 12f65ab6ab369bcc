import * as z from 'zod';
import { BadRequest } from './bad-request.ts';
import { attributeConstraints, violation } from './flag-constraints.ts';

/** The document of an AWS.AppConfig.FeatureFlags profile, as it is stored (user guide, type reference). */
export type FlagDocument = z.output<typeof flagDocument>;

/** What clients get: the values alone. */
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

/** Variants are not here: they need a caller's context, which the account's hosts do not give. */
const flagValue = z.object({ enabled: z.boolean(), ...stamps }).catchall(attributeValue);

const flagDocument = z.strictObject({
  version: z.literal('1'),
  flags: z.record(key, flagDefinition).default({}),
  values: z.record(key, flagValue).default({}),
});

/** Reads a stored document; refuses what AppConfig would refuse when a version is created. */
export function parseFlags(content: Buffer): FlagDocument {
  const parsed = flagDocument.safeParse(jsonOf(content));
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  const wrong = [...strangers(parsed.data), ...violations(parsed.data)];
  if (wrong.length > 0) throw invalid(wrong.join('\n'));
  return parsed.data;
}

/**
 * The values in the format of retrieval: a flag that is off has no attributes, and one without a value is off.
 *
 * The first is the user guide's ("if a flag sets enabled to true, any attributes of the flag will be present as well");
 * of the second it says only that the keys are those of the flags.
 */
export const retrieved = ({ flags, values }: FlagDocument): Flags =>
  Object.fromEntries(Object.keys(flags).map((flag) => [flag, shown(values[flag])]));

/** AppConfig adds when each flag was made and changed, so what is read back is not byte for byte what was written. */
export function stamped(document: FlagDocument, at: string): FlagDocument {
  const stamp = <One extends { _createdAt?: string | undefined }>(all: Readonly<Record<string, One>>) =>
    Object.fromEntries(
      Object.entries(all).map(([name, one]) => [name, { ...one, _createdAt: one._createdAt ?? at, _updatedAt: at }]),
    );
  return { ...document, flags: stamp(document.flags), values: stamp(document.values) };
}

function shown(value: FlagDocument['values'][string] | undefined): Flags[string] {
  if (!value?.enabled) return { enabled: false };
  const { enabled, _createdAt, _updatedAt, ...attributes } = value;
  return { enabled, ...attributes };
}

const attributesOf = ({ enabled: _, _createdAt, _updatedAt, ...attributes }: FlagDocument['values'][string]) =>
  attributes;

/** Values for what is not defined. */
const strangers = ({ flags, values }: FlagDocument): string[] =>
  Object.entries(values).flatMap(([flag, value]) => {
    const definition = flags[flag];
    if (!definition) return [`values has ${flag}, which flags does not define`];
    return Object.keys(attributesOf(value))
      .filter((attribute) => !definition.attributes?.[attribute])
      .map((attribute) => `values.${flag} has ${attribute}, which flags.${flag}.attributes does not define`);
  });

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
  new BadRequest(`The content is no AWS.AppConfig.FeatureFlags document: ${reason}`, {
    Reason: 'InvalidConfiguration',
    Details: { InvalidConfiguration: [{ Reason: reason }] },
  });
