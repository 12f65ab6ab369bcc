import * as z from 'zod';
import { type FlagValue, flagName, flagValue } from '../flag.ts';

/** A feature flag configuration, as AppConfig keeps it (AppConfig guide, "Type reference for AWS.AppConfig.FeatureFlags"). */
export type FlagDocument = {
  readonly version: '1';
  readonly flags: Readonly<
    Record<string, { readonly name: string; readonly attributes?: Readonly<Record<string, unknown>> }>
  >;
  readonly values: Readonly<Record<string, { readonly enabled: boolean; readonly [attribute: string]: unknown }>>;
};

export const emptyFlags: FlagDocument = { version: '1', flags: {}, values: {} };

/** The document with these flags set; the very same document if they are so already. Other flags stay as they are. */
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

/** What the document says of these flags; null: it says nothing. */
export const valuesIn = (
  document: FlagDocument | undefined,
  flags: readonly string[],
): Record<string, FlagValue | null> => Object.fromEntries(flags.map((flag) => [flag, valueIn(document?.values[flag])]));

function valueIn(found: FlagDocument['values'][string] | undefined): FlagValue | null {
  if (!found) return null;
  return found.enabled && typeof found['value'] === 'string' ? found['value'] : found.enabled;
}

/** A disabled flag's attributes do not reach anybody, so they may be what they are. */
const entry = (value: FlagValue) => (typeof value === 'string' ? { enabled: true, value } : { enabled: value });

const isSet = (found: FlagDocument['values'][string] | undefined, value: FlagValue) =>
  found !== undefined && Object.entries(entry(value)).every(([name, wanted]) => found[name] === wanted);

const definition = (flag: string, value: FlagValue) =>
  typeof value === 'string'
    ? { name: flag, attributes: { value: { constraints: { type: 'string' } } } }
    : { name: flag };

/** infra/flags.yaml: the flags there are, and their first values; null: none. */
export const firstFlagsSchema = z.record(flagName, flagValue.nullable());

/** A document with these values and nothing else. */
export const flagDocument = (values: Readonly<Record<string, FlagValue | null>>): FlagDocument =>
  withFlags(
    emptyFlags,
    Object.fromEntries(Object.entries(values).flatMap(([flag, value]) => (value === null ? [] : [[flag, value]]))),
  );
