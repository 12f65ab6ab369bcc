import type { FlagValue } from '../flag.ts';

/** A feature flag configuration of AppConfig (AppConfig guide, "Type reference for AWS.AppConfig.FeatureFlags"). */
export type FlagDocument = {
  readonly version: '1';
  readonly flags: Readonly<
    Record<string, { readonly name: string; readonly attributes?: Readonly<Record<string, unknown>> }>
  >;
  readonly values: Readonly<Record<string, { readonly enabled: boolean; readonly [attribute: string]: unknown }>>;
};

/** The description of a version of overrides, and the rollback that it names; or of the execution that set a circuit breaker. */
export const overriddenBy = (rollback: string): string => `Overridden by ${rollback}`;
export const overriderIn = (description: string | undefined): string | undefined =>
  /^(?:Overridden by (\S+)|Set by \S+:(\S+), after deployment \d+)$/
    .exec(description ?? '')
    ?.slice(1)
    .find((one) => one !== undefined);

export const emptyFlags: FlagDocument = { version: '1', flags: {}, values: {} };

/** Sets flags in a document and leaves the others. Returns the identical document if all of them are set already. */
export function withFlags(
  document: FlagDocument | undefined,
  wanted: Readonly<Record<string, FlagValue>>,
): FlagDocument {
  const changed = Object.entries(wanted).filter(([flag, value]) => !isSet(document?.values[flag], value));
  if (document && changed.length === 0) return document;
  const { flags, values } = document ?? emptyFlags;
  return {
    version: '1',
    flags: { ...Object.fromEntries(changed.map(([flag, value]) => [flag, definition(flag, value)])), ...flags },
    values: {
      ...values,
      ...Object.fromEntries(changed.map(([flag, value]) => [flag, { ...values[flag], ...entry(value) }])),
    },
  };
}

/** Returns the values of these flags in a document; null for a flag that the document lacks. */
export const valuesIn = (
  document: FlagDocument | undefined,
  flags: readonly string[],
): Record<string, FlagValue | null> => Object.fromEntries(flags.map((flag) => [flag, valueIn(document?.values[flag])]));

function valueIn(found: FlagDocument['values'][string] | undefined): FlagValue | null {
  if (!found) return null;
  return found.enabled && typeof found['value'] === 'string' ? found['value'] : found.enabled;
}

/** A flag that is switched off keeps its attributes, because AppConfig delivers no attributes of a disabled flag. */
const entry = (value: FlagValue) => (typeof value === 'string' ? { enabled: true, value } : { enabled: value });

const isSet = (found: FlagDocument['values'][string] | undefined, value: FlagValue) =>
  found !== undefined && Object.entries(entry(value)).every(([name, wanted]) => found[name] === wanted);

const definition = (flag: string, value: FlagValue) =>
  typeof value === 'string'
    ? { name: flag, attributes: { value: { constraints: { type: 'string' } } } }
    : { name: flag };

/** Returns a document with these values only; a flag with null is left out. */
export const flagDocument = (values: Readonly<Record<string, FlagValue | null>>): FlagDocument =>
  withFlags(
    emptyFlags,
    Object.fromEntries(Object.entries(values).flatMap(([flag, value]) => (value === null ? [] : [[flag, value]]))),
  );
